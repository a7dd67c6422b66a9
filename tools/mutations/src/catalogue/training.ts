import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/training');

/** Bugs in packages/training. */
export const training: readonly Mutation[] = [
  bug('optimizers', 'mul(square(gradient), 1 - beta2)', 'mul(square(gradient), 1 - beta1)', 'dense-optimizers'),
  bug('optimizers', 'add(mul(slots[0], optimizer.momentum), gradient)', 'gradient', 'dense-optimizers'),
  bug('optimizers', 'keep: 1 - learningRate', 'keep: 1 + learningRate', 'dense-optimizers'),
  bug('optimizers', '/ (1 - beta1 ** step)', '', 'dense-optimizers'),
  bug('optimizers', '1 / Math.sqrt(1 - beta2 ** step)', '1', 'dense-optimizers'),
  bug('optimizers', 'add(sqrt(sum), optimizer.epsilon)', 'add(sum, optimizer.epsilon)', 'dense-optimizers'),
  bug('optimizers', 'initial: optimizer.initialAccumulator', 'initial: 0', 'dense-optimizers'),
  bug('optimizers', 'const root = mul(sqrt(v), rootScale)', 'const root = sqrt(mul(v, rootScale))', 'dense-optimizers'),
  bug(
    'decay',
    'return { net, embedding, miniBatchAware }',
    'return { net: 0, embedding, miniBatchAware }',
    'dense-optimizers',
  ),
  bug(
    'decay',
    'return { net, embedding, miniBatchAware }',
    'return { net, embedding: net, miniBatchAware }',
    'dense-optimizers',
  ),
  bug('fit', 'Math.max(1, this.progress.step)', 'Math.max(1, this.progress.batch)', 'dense-optimizers'),
  bug('fit', 'bestValue: value, badEpochs: 0', 'bestValue: value', 'early-stopping'),
  bug('monitor', 'return isBetterMetric(', 'return value === best || isBetterMetric(', 'early-stopping'),
  bug('fit', 'progress.lossSum += loss * weight', 'progress.lossSum += loss', 'epochs'),
  bug('fit', "foldIn(this.key, 'shuffle', progress.epoch)", "foldIn(this.key, 'shuffle')", 'epochs'),
  bug('fit', 'startBatch: progress.batch', 'startBatch: 0', 'fit'),
  bug('fit', 'model.negativeKeepRate = data.summary.negativeKeepRate ?? 1;', '', 'fit'),
  bug('fit', 'setModelWeights(model, await run.loadBest(bestEpoch));', '', 'early-stopping'),
  bug('schedules', 'const at = step - 1 - warmUpSteps', 'const at = step - warmUpSteps', 'schedules'),
  bug('schedules', ', totalSteps) - warmUpSteps', ', totalSteps)', 'schedules'),
  bug('step-loss', 'labels[row] === 1 ? 1 : 0', 'labels[row] === 1 ? 0 : 1', 'gradients'),
  bug('step-loss', 'Number.isNaN(values[row]) ? 0 : w', 'w', 'objectives'),
  bug('turns', 'step % every === 0', 'step % every !== 1', 'objectives'),
  bug('turns', 'step: Math.floor(inputs.step / every)', 'step: 1', 'objectives'),
  bug('score-collector', 'if (Number.isNaN(value)) continue;', '', 'objectives'),
  bug('step-loss', 'add(objective, weightedMean(perRow, weights))', 'add(objective, weightedMean(perRow, mul(weights, weights)))', 'loss'), // prettier-ignore
  bug('eager-engine', 'Math.min(1, clipNorm / (norm + 1e-6))', 'clipNorm / (norm + 1e-6)', 'dense-optimizers'),
  bug('eager-engine', 'Math.sqrt(denseSquaredNorm + this', 'Math.sqrt(0 * denseSquaredNorm + this', 'gradients'),
  bug('turns', "foldIn(key, 'dropout', step)", "foldIn(key, 'dropout')", 'fit'),
  bug('compiled/compiled-engine', 'denseSquaredNorm + this.feeder.gradientSquaredNorm(gradients)', 'denseSquaredNorm', 'gradients'), // prettier-ignore
  bug('compiled/compiled-engine', 'if (this.settings === undefined) this.releaseForwards();', '', ['compiled', 'evaluation', 'fit']), // prettier-ignore
  bug('compiled/programs', 'mul(variable, l2[role])', 'mul(variable, 2 * l2[role])', 'dense-optimizers'),
  bug('mini-batch-aware', 'decay[row] = lambda / occurrences', 'decay[row] = lambda', 'mini-batch-aware'),
  bug('mini-batch-aware', 'occurrences[id]++', 'occurrences[id] = 1', 'mini-batch-aware'),
  bug('checkpoint', 'prepared.setOptimizerState(floats(below(DENSE)));', '', 'fit'),
  bug('score-collector', 'return 1 / (1 + Math.exp(-z));', 'return z;', 'evaluation'),
  bug('score-collector', 'this.weights[at] = batch.weight[row]', 'this.weights[row] = batch.weight[row]', 'evaluation'),
  bug('evaluate', 'logit + shift', 'logit - shift', 'evaluation'),
  bug('loss-curve', 'curve.every *= 2', 'curve.every += 1', 'epochs'),
  bug('importance', "'importance', field, repeat", "'importance', field", 'importance'),
  bug('importance', 'losses.push(whole - ', 'losses.push(', 'importance'),
  bug('node/checkpoints', ' || sha256(progress) !== digest', '', 'run-folder'),
  bug('node/checkpoints', 'of [state, ...best]) {', 'of [state]) {', 'run-folder'),
  bug('node/checkpoints', 'of [state, ...best]) {', 'of best) {', 'run-folder'),
  bug('node/tensorboard', 'step > lastStep', 'step >= lastStep', 'tensorboard'),
  bug('node/tensorboard', '+ 0xa282ead8', '', 'tensorboard'),
];
