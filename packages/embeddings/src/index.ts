export { createTableGroup } from './table-group';
export type { TableGroupOptions } from './table-group';
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
