export { dien } from './dien';
export type { DIENOptions } from './options';
