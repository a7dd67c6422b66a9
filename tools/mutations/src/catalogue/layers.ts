import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/layers');
/** A bug whose tests have the name of its file. */
const own = (file: string, find: string, replace: string): Mutation => bug(file, find, replace, file);

/** Bugs in packages/layers. */
export const layers: readonly Mutation[] = [
  own('batch-norm', 'rsqrt(add(this.movingVariance.read(), EPSILON))', 'rsqrt(this.movingVariance.read())'),
  own('batch-norm', 'Math.max(1, numRows - 1)', 'numRows'),
  own('batch-norm', 'mul(normalized, div(dgamma, numRows))', 'mul(normalized, dgamma)'),
  bug('bidirectional-lstm', "merge === 'sum' ? total", "merge !== 'sum' ? total", 'lstm'),
  own('bias-encoding', 'reshape(position.read(), [T, 1])', 'reshape(session.read(), [T, 1])'),
  own('bilinear-attention', 'this.kernel.read() as Tensor2D, false, true)', 'this.kernel.read() as Tensor2D)'),
  own('bilinear-attention', 'return mul(softmax(add(scores, mul(sub(mask, 1), FAR_BELOW))), mask);', 'return mul(softmax(scores), mask);'), // prettier-ignore
  own('comparison-dense', 'add(matMul(query, add(wq, wd))', 'add(matMul(query, sub(wq, wd))'),
  own('conv1d', "padding === 'causal' ? total", "padding === 'causal' ? 0"),
  own('dice', 'mul(sub(x, this.movingMean.read()), r)', 'mul(x, r)'),
  own('dice', 'minimum(maximum(others, 0), 1), MOMENTUM', 'minimum(maximum(others, 0), 1), 1 - MOMENTUM'),
  own('dice', 'maximum(others, 1)', 'count'),
  own('dropout', '1 / (1 - this.rate)', '1'),
  own('factorization-machine', 'sub(squareOfSum, sumOfSquares), 0.5', 'sub(squareOfSum, sumOfSquares), 1'),
  own('factorization-machine', 'false, true), e)', 'false, true), 0)'),
  bug('gru-recurrence', 'const change = sub(candidate, h);', 'const change = sub(h, candidate);', 'gru'),
  bug('gru-recurrence', 'mul<Tensor2D>(reset, h), candidateKernel', 'h, candidateKernel', ['gru', 'attention-gru']),
  bug('gru-recurrence', '? mul(update, scale) : (update ?? scale)', '? mul(update, scale) : update', ['gru', 'attention-gru']), // prettier-ignore
  own('attention-gru', 'const attended: Tensor2D = mul(scores, mask)', 'const attended: Tensor2D = scores'),
  own('attention-gru', 'scales: sub(mask, attended)', 'scales: sub(1, attended)'),
  own('layer-norm', 'const centered = sub(x, mean(x, -1, true))', 'const centered = sub(x, mean(x, 0, true))'),
  own('layer-norm', 'sub(sub(g, mean(g, -1, true)), along)', 'sub(g, along)'),
  bug('layer', 'initializer.stdDev : Math.sqrt(2 / (fanIn + fanOut))', 'initializer.stdDev : Math.sqrt(1 / (fanIn + fanOut))', ['dense', 'in-training']), // prettier-ignore
  bug('layer', 'shape.slice(0, -2).reduce((size, length) => size * length, 1)', '1', 'in-training'),
  bug('layer', "foldIn(randomKey(seed), 'weight', path)", "foldIn(randomKey(seed), 'weight')", ['dense', 'mlp']),
  own('local-activation-unit', 'if (!this.options.softmax) return mul(scores, mask);', 'if (!this.options.softmax) return scores;'), // prettier-ignore
  own('local-activation-unit', 'sub(diceStatistics.paddedTo, sum(mask, 1, true))', 'sub(diceStatistics.paddedTo, mask.shape[1])'), // prettier-ignore
  own('lstm', 'backwards ? steps.length - 1 - t : t', 't'),
  own('lstm', 'add<Tensor2D>(mul(f, c), mul(i, tanh(g)))', 'add<Tensor2D>(mul(i, c), mul(f, tanh(g)))'),
  own('lstm', 'c = choose(newC, c);', 'c = newC;'),
  own('mask-block', "relu(apply('mask_1', instance))", "apply('mask_1', instance)"),
  own('masked-pooling', 'maximum(sum(weights, 1, true), TINY)', 'weights.shape[1]'),
  bug('mlp', 'apply(`dropout_${i}`);', '', 'in-training'),
  own('mlp', "apply('output'); //", '//'),
  bug('multi-head-attention', 'Math.sqrt(numHeads / M)', 'Math.sqrt(1 / M)', 'transformer-block'),
  bug(
    'multi-head-attention',
    'const scores = add(matMul(query',
    'const scores = sub(matMul(query',
    'transformer-block',
  ),
  bug('transformer-block', 'add(s, apply(', 'add(x, apply(', 'transformer-block'),
  own('packing', 'mul(packed(dy as Tensor3D, packing), packedWeights(packing))', 'packed(dy as Tensor3D, packing)'),
  own('position-encoding', '(i - (i % 2)) / size', 'i / size'),
  bug('pooling1d', 'mul(addN(steps), 1 / size)', 'addN(steps)', 'conv1d'),
  own('prelu', 'sub(relu(x), mul', 'add(relu(x), mul'),
  own('simple-rnn', 'mul(real[t], sub(made, h))', 'sub(made, h)'),
];
