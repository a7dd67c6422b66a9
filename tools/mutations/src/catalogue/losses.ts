import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/losses');

/** Bugs in packages/losses. */
export const losses: readonly Mutation[] = [
  bug('weighted-mean', 'maximum(sum(weights), SMALLEST)', 'losses.size', 'losses'),
  bug('weighted-mean', '2 ** -100', '2 ** -126', 'losses'),
  bug('logistic', 'neg(abs(logits))', 'neg(logits)', 'losses'),
  bug('focal-loss', 'exp(mul(softplus(agreed), -gamma))', 'exp(mul(agreed, -gamma))', 'losses'),
  bug('focal-loss', 'add(mul(values, 2 * alpha - 1), 1 - alpha)', 'alpha', 'losses'),
  bug('poisson-loss', 'relu(sub(logs, LARGEST))', 'mul(logs, 0)', 'losses'),
  bug('row-pairs', "greaterEqual(groups, scalar(0, 'int32'))", "greaterEqual(groups, scalar(-1, 'int32'))", 'losses'),
  bug('pairwise-logistic', 'mul(weights, acrossRows(weights))', 'weights', 'losses'),
  bug('listwise-softmax', ', greater(acrossRows(weights), 0))', ', greater(acrossRows(weights), -1))', 'losses'),
  bug('sampled-softmax', 'slice(corrected, [0, 0]', 'slice(scores, [0, 0]', 'losses'),
  bug('in-batch-softmax', 'sub(own, correction)', 'own', 'losses'),
  bug('in-batch-softmax', 'logicalNot(equal(ids, acrossRows(ids)))', 'equal(ids, acrossRows(ids))', 'losses'),
  bug('in-batch-softmax', 'greater(acrossRows(weights), 0)', 'greater(acrossRows(weights), -1)', 'losses'),
  bug('distillation-loss', 'temperature ** 2', 'temperature', 'losses'),
  bug('adversarial-losses', 'softplus(ofGenerated)', 'softplus(mul(ofGenerated, -1))', 'losses'),
];
