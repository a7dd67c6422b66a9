export { encodedFromArrow, encodedToArrow } from './arrow';
export { rowsInBlocks } from './blocks';
export type { BlockStore } from './blocks';
export { concatColumns, rowsInMemory, sliceColumns, takeRows } from './memory';
export type { BatchOptions, Dataset, DatasetSummary, RowSource } from './dataset';
export type { Split } from './split';
export type { DialectOptions } from './dialect';
