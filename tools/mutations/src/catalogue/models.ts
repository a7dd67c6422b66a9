import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

/** A bug of a model, `find` in `src/<file>.ts`. */
function bug(model: string, file: string, find: string, replace: string, ...tests: readonly string[]): Mutation {
  return bugsIn(`packages/models/${model}`)(file, find, replace, tests.length === 0 ? model : tests);
}

/** Bugs in packages/models. */
export const models: readonly Mutation[] = [
  bug('bst', 'sequence', '[[0, 0], [0, 1]], 1)', '[[0, 0], [0, 1]], 0)'),
  bug('bst', 'sequence', 'cumsum<Tensor2D>(mask, 1, true)', 'cumsum<Tensor2D>(mask, 1, false)'),
  bug('bst', 'sequence', 'concat([eventsOf(history), expandDims<Tensor3D>(target, 1)], 1)', 'concat([expandDims<Tensor3D>(target, 1), eventsOf(history)], 1)'), // prettier-ignore
  bug('bst', 'sequence', 'numPlaces - 1 - n', 'n'),
  bug('bst', 'bst', '[0, out.shape[1] - 1, 0]', '[0, 0, 0]'),
  bug('cnn-lstm', 'cnn-lstm', '[-1, numSteps, channels.length]', '[-1, channels.length, numSteps]'),
  bug('cnn-lstm', 'cnn-lstm', "structure === 'lstm' ? [] : filters", "structure === 'lstm' ? [] : filters.slice(0, 1)"),
  bug('deepfm', 'deepfm', 'addN([linear(), fm(e), deep(flatten(e))])', 'addN([linear(), deep(flatten(e))])'),
  bug('deepfm', 'deepfm', 'a.linear({ bias: linearBias })', 'a.linear()'),
  bug('dien', 'interest', 'evolve(attend === undefined ? [states, mask] : [states,', 'evolve(attend === undefined ? [states, mask] : [events,'), // prettier-ignore
  bug('dien', 'interest', '[total, mul(total, target)]', '[total]'),
  bug('dien', 'interest', 'mul(auxiliaryLoss(judge, { ...inputs, negatives }), auxiliaryWeight)', 'auxiliaryLoss(judge, { ...inputs, negatives })'), // prettier-ignore
  bug('dien', 'interest', 'a.negatives(name, { like: columns[0] })', 'a.negatives(name)'),
  bug('dien', 'auxiliary-loss', 'T > 1 ? 1 : 0', '1'),
  bug('dien', 'auxiliary-loss', 'softplus(neg(logits[0]))', 'softplus(logits[0])'),
  bug('dien', 'auxiliary-loss', 'judge(before, from(next, events))', 'judge(before, from(0, events))'),
  bug('din', 'din', "diceStatistics === 'real' ? 'real'", "diceStatistics !== 'real' ? 'real'", 'din', 'golden'),
  bug(
    'din',
    'din',
    "return maskedPooling(eventsOf(history), weights, 'sum')",
    "return maskedPooling(eventsOf(history), weights, 'mean')",
  ),
  bug('din', 'din', 'softmax: attentionSoftmax,', ''),
  bug('dnn', 'dnn', 'deep(flatten(embeddings()))', 'deep(flatten(mul(embeddings(), embeddings())))'),
  bug('dsin', 'sessions', 'sessionMask: max(eventMask, 2)', 'sessionMask: max(eventMask, 1)'),
  bug('dsin', 'sessions', 'Math.ceil(P / T) * T', 'Math.floor(P / T) * T'),
  bug('dsin', 'session-interests', 'activateInteraction(query, interactions, sessionMask)', 'activateInteraction(query, interests, sessionMask)'), // prettier-ignore
  bug('dsin', 'session-interests', "merge: 'sum' }", "merge: 'mean' }", 'dsin', 'golden'),
  bug('dsin', 'session-interests', "ofSession, 'mean')", "ofSession, 'sum')"),
  bug('fm', 'fm', 'add(linear(), interactions(embeddings()))', 'interactions(embeddings())', 'fm', 'golden'),
  bug('lr', 'lr', 'assemble: (a) => a.linear()', 'assemble: (a) => a.linear({ bias: false })', 'lr', 'golden'),
  bug('masknet', 'masknet', 'block([v, masked])', 'block([masked, masked])', 'masknet', 'golden'),
  bug('masknet', 'masknet', 'serial(blocks.slice(-1), parallel(blocks.slice(0, -1)))', 'serial(blocks.slice(-1), masked)'), // prettier-ignore
  bug('masknet', 'masknet', 'new LayerNorm({ perField: true })', 'new LayerNorm()'),
  bug('rnn', 'rnn', 'read([sequence, mask])', 'read([sequence])'),
  bug(
    'rnn',
    'rnn',
    "maskedPooling(states as Tensor3D, mask, 'mean')",
    "maskedPooling(states as Tensor3D, mask, 'sum')",
  ),
  bug('rnn', 'rnn', 'new GRU({ units, returnSequences })', 'new SimpleRNN({ units, returnSequences })'),
  bug('rnn', 'histories', 'sequences.filter(({ history }) => history === name)', 'sequences.filter(({ history }) => history === name).slice(0, 1)'), // prettier-ignore
];
