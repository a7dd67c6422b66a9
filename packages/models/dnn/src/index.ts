export { dnn } from './dnn';
export type { DNNOptions } from './options';
