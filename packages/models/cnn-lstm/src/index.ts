export { cnnLstm } from './cnn-lstm';
export type { CnnLstmOptions } from './options';
