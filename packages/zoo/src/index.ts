export { createModel, modelFactories, modelFactory } from './factories';
export { modelCatalog } from './catalog';
export type { CatalogEntry } from './catalog';
