export { lr } from './lr';
export type { LROptions } from './lr';
