export type { BatchOptions, Dataset, DatasetSummary, RowSource } from './dataset';
