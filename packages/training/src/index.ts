export type { PreparedModel, StepEngine, StepInputs, StepResult, StepSettings } from './engine';
export type { DenseOptimizer } from './optimizers';
export type { EpochRecord, Evaluation, FitOptions, FitResult, MonitorName } from './fit-options';
export type { BatchProgress, Callback } from './callbacks';
export type { Schedule } from './schedules';
