export { dataFolder } from './data-folder';
export { fittedSchema, randomColumns, textColumn } from './columns';
export { readmeExample } from './readme';
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
export { exactLocalActivation, exactSoftmax } from './attention-oracles';
export type { ExactLocalActivationOptions } from './attention-oracles';
export { ROUNDOFF, directionalDifference, project, signs } from './finite-difference';
