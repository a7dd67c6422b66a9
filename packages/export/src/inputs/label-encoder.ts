import type { InputNodes } from './input-nodes';

/** How the texts of a field become ids. */
interface TextIds {
  /** The empty text is padding with id 0. */
  readonly padding?: boolean;
  /** Texts that mean missing. */
  readonly missing: readonly string[];
  readonly missingId: number;
  readonly vocabulary: readonly string[];
  /** Id of the vocabulary's first value. */
  readonly firstId: number;
  /** Id of all other texts. */
  readonly unknownId: number;
  readonly output?: string;
}

/** Operator set of `ai.onnx.ml` that goes with ONNX 17. */
export const mlOpset = 3;

/** A vocabulary as `LabelEncoder`: texts -> int64 ids of the same shape. */
export function labelEncoder(
  b: InputNodes,
  field: string,
  texts: string,
  { padding = false, missing, missingId, vocabulary, firstId, unknownId, output }: TextIds,
): string {
  const ids = new Map<string, number>(vocabulary.map((value, i) => [value, firstId + i]));
  for (const value of missing) ids.set(value, missingId);
  if (padding) ids.set('', 0);
  const attrs = { keys_strings: [...ids.keys()], values_int64s: [...ids.values()], default_int64: unknownId };
  return b.emit(field, 'LabelEncoder', [texts], {
    attrs,
    domain: 'ai.onnx.ml',
    ...(output === undefined ? {} : { output }),
  });
}
