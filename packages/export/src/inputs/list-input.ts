import type { ListSlot } from '@ctrflow/features';
import type { SlotPorts } from '../forward';
import { castTo } from './input-nodes';
import type { InputNodes } from './input-nodes';

/** The name of the open dimension of a list. */
export function lengthSymbol(name: string): string {
  return `${name}_length`;
}

/**
 * From ids of any length up to the field's longest to what the graph takes: ids `[B, T]` padded with 0, and weights `[B, T]`: 1, or the given weight, where
 * the id is not 0. An id of -1 is an entry that is missing but counts: row 0 of the table with its weight.
 *
 * @param weights name of an input `[B, T]` for a weighted field
 */
export function padList(
  b: InputNodes,
  { name, maxLength }: ListSlot,
  ports: SlotPorts,
  ids: string,
  weights: string | undefined,
): void {
  const zero = b.int64(name, 'padding_id', 0);
  const length = b.emit(name, 'Slice', [
    b.emit(name, 'Shape', [ids]),
    b.int64(name, 'length_axis', 1),
    b.int64(name, 'length_axis_end', 2),
  ]);
  const missing = b.emit(name, 'Sub', [b.int64(name, 'max_length', maxLength), length]);
  const pads = b.emit(name, 'Concat', [b.int64(name, 'no_pads', 0, 0, 0), b.emit(name, 'Max', [missing, zero])], {
    attrs: { axis: 0 },
  });
  // A list that is longer than the field allows fails in this Reshape instead of being cut without a word.
  const fixed = b.int64(name, 'padded_shape', 0, maxLength);
  const padded = (input: string): string => b.emit(name, 'Reshape', [b.emit(name, 'Pad', [input, pads]), fixed]);
  const paddedIds = padded(ids);
  const isEntry = b.emit(name, 'Not', [b.emit(name, 'Equal', [paddedIds, zero])]);
  const to = { to: castTo.float32 };
  if (weights === undefined) b.emit(name, 'Cast', [isEntry], { attrs: to, output: ports.weights(name) });
  else
    b.emit(name, 'Mul', [b.emit(name, 'Cast', [isEntry], { attrs: to }), padded(weights)], {
      output: ports.weights(name),
    });
  b.emit(name, 'Max', [paddedIds, zero], { output: ports.main(name) });
}
