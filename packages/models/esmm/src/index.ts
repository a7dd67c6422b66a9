export { esmm } from './esmm';
export type { ESMMOptions } from './options';
