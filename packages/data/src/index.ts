export { concatColumns, rowsInMemory, sliceColumns, takeRows } from './memory';
export type { BatchOptions, Dataset, DatasetSummary, RowSource } from './dataset';
