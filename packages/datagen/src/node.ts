export { readTruth } from './node/read-truth';
export type { TrueRows } from './node/read-truth';
export { writeMock } from './node/write-mock';
export type { WriteMockOptions, WrittenMock } from './node/write-mock';
export { writeShop } from './node/write-shop';
export type { WriteShopOptions, WrittenShop } from './node/write-shop';
