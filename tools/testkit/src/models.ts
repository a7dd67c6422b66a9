export { modelContract } from './contract/model-contract';
export type { ModelContractOptions } from './contract/model-contract';
export { oracleRows, oracleWeights } from './contract/oracle-row';
export type { ModelOracle, OracleRow, OracleWeights } from './contract/oracle-row';
export { applyWithStep, feedTensors, logitsOf, lossAndGradients, randomizeWeights, trainStep } from './contract/run';
export { frappeSchema } from './contract/frappe';
