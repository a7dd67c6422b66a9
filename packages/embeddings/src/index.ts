export type {
  LookupPlan,
  NamedArrays,
  TableGroup,
  TableInitializer,
  TableOptimizer,
  TableSpec,
  TableStep,
} from './contract';
