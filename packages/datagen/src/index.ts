export { createShop, shopCells, shopColumns, shopPreset, shopSchema } from './shop';
export type { ShopRow } from './shop';
export { shopPresets } from './config';
export type { ShopConfig, ShopField } from './config';
export { BestPossible } from './best-possible';
export { mockInteractions } from './mock';
export type { MockInteraction } from './mock';
