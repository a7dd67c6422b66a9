export { createModel, modelFactories, modelFactory } from './factories';
export { commonModelOptions, modelCatalog } from './catalog';
export type { CatalogEntry } from './catalog';
export type { ModelOption } from './describe-option';
