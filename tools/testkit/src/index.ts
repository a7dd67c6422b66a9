export { dataFolder } from './data-folder';
export { fittedSchema, randomColumns, textColumn } from './columns';
export { readmeCommands, readmeExample } from './readme';
export { rawTables, schemaSpecs } from './arbitraries';
export type { SchemaSpecsOptions } from './arbitraries';
export {
  exactActivation,
  exactActivations,
  exactBatchNorm,
  exactCrossEntropy,
  exactDense,
  exactDice,
  exactDiceUnit,
  exactDropout,
  exactLayerNorm,
  exactMLP,
  exactPairs,
  exactPooling,
} from './oracles';
export type { ExactBatchNorm, ExactDice, ExactMLPOptions, Numbers, Row } from './oracles';
export {
  exactLocalActivation,
  exactMultiHeadAttention,
  exactSoftmax,
  exactTransformerBlock,
} from './attention-oracles';
export type { ExactLocalActivationOptions } from './attention-oracles';
export { exactAttentionPooling, exactConv1D, exactGRU, exactLSTM, exactSimpleRNN } from './recurrent-oracles';
export type { ExactGRUKind } from './recurrent-oracles';
export { allLosses } from './all-losses';
export { exactLoss } from './loss-oracles';
export type { ExactLoss, PlainLossInputs } from './loss-oracles';
export { differentiableOutputs, lossTensors, randomLossInputs } from './loss-inputs';
export { ROUNDOFF, directionalDifference, project, signs } from './finite-difference';
export { operations } from './programs/operations';
export { programSource, refsOf, runProgram, withRefs, withoutDead } from './programs/program';
export type { Program, ProgramArg, ProgramInput, ProgramStep } from './programs/program';
export { evaluate, roundingBounds } from './programs/perturbed';
export type { Results } from './programs/perturbed';
export { randomProgram } from './programs/random-program';
export type { RandomProgramOptions } from './programs/random-program';
export { runWithGradients } from './programs/gradients';
export { idFeeds, rawFeeds } from './onnx-feeds';
export type { Feed, Feeds } from './onnx-feeds';
export { hasSmallDevices, onSmallDevice } from './small-device';
