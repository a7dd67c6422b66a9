export { fm } from './fm';
export type { FMOptions } from './fm';
