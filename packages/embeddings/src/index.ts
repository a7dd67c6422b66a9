export {
  decodeSafetensors,
  encodeSafetensors,
  parseSafetensorsHeader,
  safetensorsHeaderLength,
  safetensorsLayout,
} from './safetensors';
export type { SafeTensor, SafeTensorLocation, SafeTensors } from './safetensors';
export { MAX_DIM, createTableGroup } from './table-group';
export type { TableGroupOptions } from './table-group';
export type { KernelChoice } from './create-engine';
export type { KernelCalls, TableThreads } from './kernel-calls';
export { LookupPlanner } from './planner';
export type {
  LookupPlan,
  NamedArrays,
  TableGroup,
  TableInitializer,
  TableOptimizer,
  TableSpec,
  TableStep,
} from './contract';
