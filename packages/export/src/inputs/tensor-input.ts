import type { TensorSlot } from '@ctrflow/features';
import { castTo } from './input-nodes';
import type { InputNodes } from './input-nodes';

/** A tensor in the type that it is kept in, `[batch, ...shape]`, as the float32 that the graph takes. */
export function tensorInput(b: InputNodes, { name, shape, dtype }: TensorSlot, column: string, output: string): void {
  const given = b.input(name, column, dtype, ['batch', ...shape]);
  b.emit(name, dtype === 'float32' ? 'Identity' : 'Cast', [given], dtype === 'float32' ? { output } : { attrs: { to: castTo.float32 }, output }); // prettier-ignore
}
