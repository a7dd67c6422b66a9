export { dcnv2 } from './dcnv2';
export type { DCNv2Options } from './options';
