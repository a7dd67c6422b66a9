export { maskNet } from './masknet';
export type { MaskNetOptions, MaskNetStructure } from './options';
