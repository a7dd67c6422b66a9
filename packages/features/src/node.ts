export { spillCounts } from './node/spill-counts';
export type { FileSpill, SpillOptions } from './node/spill-counts';
