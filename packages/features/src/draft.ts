import type { EncodedList, EncodedTensor } from './columns';

/** Encoded columns while they are being made. */
export interface EncodedDraft {
  readonly ids: Record<string, Int32Array>;
  readonly values: Record<string, Float32Array>;
  readonly lists: Record<string, EncodedList>;
  readonly tensors: Record<string, EncodedTensor>;
}
