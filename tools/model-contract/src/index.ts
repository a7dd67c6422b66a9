export { modelContract } from './model-contract';
export type { ModelContractOptions } from './model-contract';
export { oracleRows, oracleWeights } from './oracle-row';
export type { ModelOracle, OracleRow, OracleWeights } from './oracle-row';
export { applyWithStep, feedTensors, logitsOf, lossAndGradients, randomizeWeights, trainStep } from './run';
export { goldenTests } from './golden';
export { frappeSchema } from './frappe';
export { clickFields, clickHistories, slotsBesideClicks } from './click-histories';
export type { OracleHistory } from './click-histories';
