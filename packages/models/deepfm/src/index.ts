export { deepFM } from './deepfm';
export type { DeepFMOptions } from './options';
