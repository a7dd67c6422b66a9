export { writeShop } from './node/write-shop';
export type { WriteShopOptions, WrittenShop } from './node/write-shop';
