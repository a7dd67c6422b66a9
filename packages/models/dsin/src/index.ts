export { dsin } from './dsin';
export type { DSINOptions } from './options';
