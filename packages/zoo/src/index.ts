export { createModel, modelFactories, modelFactory } from './factories';
export { commonModelOptions, modelCatalog } from './catalog';
export type { CatalogEntry, ModelOption } from './catalog';
