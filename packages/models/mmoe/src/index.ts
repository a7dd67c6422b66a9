export { mmoe } from './mmoe';
export type { MMoEOptions } from './options';
