import {
  binaryCrossEntropy,
  discriminatorLoss,
  distillationLoss,
  focalLoss,
  generatorLoss,
  hingeLoss,
  inBatchSoftmax,
  listwiseSoftmax,
  pairwiseLogistic,
  poissonLoss,
  sampledSoftmax,
  softmaxCrossEntropy,
  squaredLoss,
} from '@ctrflow/losses';
import type { Loss } from '@ctrflow/losses';

/** Every loss with its defaults, and with each of its options. */
export const allLosses: readonly (readonly [string, Loss])[] = [
  ['binaryCrossEntropy', binaryCrossEntropy({ target: 'click' })],
  ['binaryCrossEntropy of another output', binaryCrossEntropy({ output: 'buy', target: 'purchase' })],
  ['focalLoss', focalLoss({ target: 'click' })],
  ['focalLoss, gamma 0.5, alpha 0.9', focalLoss({ target: 'click', gamma: 0.5, alpha: 0.9 })],
  ['hingeLoss', hingeLoss({ target: 'click' })],
  ['squaredLoss', squaredLoss({ target: 'price' })],
  ['poissonLoss', poissonLoss({ target: 'count' })],
  ['softmaxCrossEntropy', softmaxCrossEntropy({ target: 'kind' })],
  ['pairwiseLogistic', pairwiseLogistic({ target: 'click' })],
  ['listwiseSoftmax', listwiseSoftmax({ target: 'click' })],
  ['sampledSoftmax', sampledSoftmax()],
  ['sampledSoftmax of positives, corrected', sampledSoftmax({ target: 'click', logQ: 'log_q' })],
  ['inBatchSoftmax', inBatchSoftmax()],
  ['inBatchSoftmax of positives', inBatchSoftmax({ target: 'click', temperature: 0.5 })],
  ['inBatchSoftmax, corrected, with ids', inBatchSoftmax({ target: 'click', logQ: 'log_q', itemId: 'id' })],
  ['distillationLoss', distillationLoss({ target: 'teacher' })],
  ['distillationLoss, temperature 3', distillationLoss({ target: 'teacher', temperature: 3 })],
  ['discriminatorLoss', discriminatorLoss()],
  ['generatorLoss', generatorLoss()],
];
