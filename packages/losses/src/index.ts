export type { Link, Loss, LossInputs, TargetTensors } from './loss';
export { binaryCrossEntropy, weightedCrossEntropy } from './binary-cross-entropy';
export type { BinaryCrossEntropyOptions } from './binary-cross-entropy';
export { weightedMean } from './weighted-mean';
export { focalLoss } from './focal-loss';
export type { FocalLoss, FocalLossOptions } from './focal-loss';
export { hingeLoss } from './hinge-loss';
export type { HingeLossOptions } from './hinge-loss';
export { squaredLoss } from './squared-loss';
export type { SquaredLossOptions } from './squared-loss';
export { poissonLoss } from './poisson-loss';
export type { PoissonLossOptions } from './poisson-loss';
export { softmaxCrossEntropy } from './softmax-cross-entropy';
export type { SoftmaxCrossEntropyOptions } from './softmax-cross-entropy';
export { pairwiseLogistic } from './pairwise-logistic';
export type { PairwiseLogisticOptions } from './pairwise-logistic';
export { listwiseSoftmax } from './listwise-softmax';
export type { ListwiseSoftmaxOptions } from './listwise-softmax';
export { sampledSoftmax } from './sampled-softmax';
export type { SampledSoftmax, SampledSoftmaxOptions } from './sampled-softmax';
export { inBatchSoftmax } from './in-batch-softmax';
export type { InBatchSoftmax, InBatchSoftmaxOptions } from './in-batch-softmax';
export { distillationLoss } from './distillation-loss';
export type { DistillationLoss, DistillationLossOptions } from './distillation-loss';
export { discriminatorLoss, generatorLoss } from './adversarial-losses';
export type {
  DiscriminatorLoss,
  DiscriminatorLossOptions,
  GeneratorLoss,
  GeneratorLossOptions,
} from './adversarial-losses';
