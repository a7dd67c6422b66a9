export { din } from './din';
export type { DINOptions } from './options';
