export { rnn } from './rnn';
export type { RNNOptions } from './options';
