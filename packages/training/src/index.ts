export { fit } from './fit';
export { evaluate, metricsOf, metricsOfTargets, predict, predictTargets, scoreRows, scoreTargets } from './evaluate';
export type { PredictOptions, ScoredRows, ScoredTarget, ScoredTargets } from './evaluate';
export { permutationImportance } from './importance';
export type { FieldImportance, ImportanceOptions } from './importance';
export type { LossCurve } from './loss-curve';
export { eagerEngine } from './eager-engine';
export type { EagerEngineOptions } from './eager-engine';
export { adagrad, adam, adamW, sgd } from '@ctrflow/model-kit';
export type { DenseOptimizer, Objective } from '@ctrflow/model-kit';
export { slotsOf, stepScalars, updatedWeight } from './optimizers';
export type { UpdatedWeight } from './optimizers';
export { PhaseClock, phases } from './phase-clock';
export type { Phase, PhaseTime, Profile } from './phase-clock';
export { scheduleFactor, scheduleNames } from './schedules';
export type { Schedule, WarmedSchedule } from './schedules';
export type {
  CompilePhase,
  OutputArray,
  PreparedModel,
  StepEngine,
  StepInputs,
  StepResult,
  StepSettings,
} from './engine';
export type { EpochRecord, Evaluation, FitOptions, FitResult, MonitorName } from './fit-options';
export type { BatchProgress, Callback } from './callbacks';
export type { Arrays, Checkpoint, RunConfig, RunStore, StepLoss, TrainingProgress } from './run-store';
export { compiledEngine } from './compiled/compiled-engine';
export type { CompiledEngineOptions } from './compiled/compiled-engine';
export { autoEngine } from './auto-engine';
export type { AutoEngineOptions } from './auto-engine';
