export { defineModel } from './define-model';
export type { ModelDefinition } from './define-model';
export type {
  Assembly,
  EmbeddingsOptions,
  LinearOptions,
  ListOptions,
  NegativesOptions,
  PaddedList,
  TensorOf,
} from './assembly';
export type { AnyLayerCall, LayerCall } from './layer-call';
export { flatEmbeddings, tower } from './tower';
export { eventsOf, historiesOf, readHistory, slotsBeside } from './histories';
export type { History, HistoryTensors } from './histories';
export { activationUnits, targetAttention } from './target-attention';
export type { TargetAttention, TargetAttentionOptions } from './target-attention';
export { isTableFeed } from './feeds/feed';
export type {
  DataFeed,
  Feed,
  FeedArray,
  FeedBase,
  FeedBuffers,
  FeedSize,
  FeedSource,
  SlotTensors,
  TableFeed,
} from './feeds/feed';
export { valuesFeed } from './feeds/values';
export { Feeder, feedTensor } from './feeder';
export type { RowGradients } from './group-feeder';
export { drawNegatives } from './feeds/draw-negatives';
export { outputsOf, rowFeedsOf } from './outputs';
export { logitShift } from './negative-keep-rate';
export { modelWeights, setModelWeights, weightNotFinite } from './state';
export { copyWeights } from './copy-weights';
export type { CopiedWeights } from './copy-weights';
export {
  beginTraining,
  endTraining,
  requireAlive,
  requireUntrained,
  synchronizeWeights,
  weightsVersion,
} from './model-use';
export type { ModelTrainer } from './model-use';
export { modelBrand } from './contract';
export { commonOptions } from './common-options';
export type { CommonModelOptions } from './common-options';
export type { CtrModel, ModelFactory, NamedWeight, Outputs, StepOutputs } from './contract';
export { LOGIT, checkObjectives, objectivesOf, predictionsOf, trainsPath } from './objectives';
export type { Objective, Prediction } from './objectives';
export { adagrad, adam, adamW, checkOptimizer, sgd } from './optimizers';
export type { DenseOptimizer } from './optimizers';
