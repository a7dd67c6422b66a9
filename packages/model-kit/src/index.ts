export { defineModel } from './define-model';
export type { ModelDefinition } from './define-model';
export type {
  Assembly,
  EmbeddingsOptions,
  LayerCall,
  LinearOptions,
  ListOptions,
  NegativesOptions,
  PaddedList,
} from './assembly';
export { historiesOf, readHistory, slotsBeside } from './histories';
export type { History, HistoryTensors } from './histories';
export { activationUnits, targetAttention } from './target-attention';
export type { TargetAttention, TargetAttentionOptions } from './target-attention';
export { Feeder, feedTensor } from './feeds';
export type { FeedArray, RowGradients } from './feeds';
export { drawNegatives } from './negatives';
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
export { feedSpecAt, isForTraining, modelBrand } from './contract';
export { commonOptions } from './common-options';
export type { CommonModelOptions } from './common-options';
export type { CtrModel, FeedSpec, ModelFactory, ModelOutputs, NamedWeight } from './contract';
