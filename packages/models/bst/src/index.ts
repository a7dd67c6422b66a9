export { bst } from './bst';
export type { BSTOptions, BSTPooling } from './options';
