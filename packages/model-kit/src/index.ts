export { modelBrand } from './contract';
export type { CommonModelOptions, CtrModel, FeedSpec, ModelFactory, NamedWeight } from './contract';
