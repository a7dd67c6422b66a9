export { openDataset } from './node/open-dataset';
export type { OpenDatasetOptions } from './node/open-dataset';
export { openRows } from './node/open-rows';
export type { OpenRowsOptions } from './node/open-rows';
export { inspectSource } from './node/inspect';
export type { InspectedSource } from './node/inspect';
export type { OnBadRow } from './node/load';
export type { Source } from './node/source';
