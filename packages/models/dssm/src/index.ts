export { dssm } from './dssm';
export type { DSSMOptions } from './options';
