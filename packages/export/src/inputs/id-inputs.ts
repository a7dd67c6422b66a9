import type { SlotPorts } from '../forward';
import type { UsedSlots } from '../used-slots';
import type { InputNodes } from './input-nodes';
import { tensorInput } from './tensor-input';
import { lengthSymbol, padList } from './list-input';

/** Ids and values go into the graph as they are. */
export const idPorts: SlotPorts = {
  main: (slot) => slot,
  weights: (slot) => `input/${slot}/weights`,
};

/** The ports of slots, those of lists and tensors behind what pads or converts them. */
export function innerPorts({ lists, tensors }: UsedSlots, ports: SlotPorts): SlotPorts {
  const names = new Set([...lists, ...tensors].map(({ name }) => name));
  return { main: (slot) => (names.has(slot) ? `input/${slot}` : ports.main(slot)), weights: ports.weights };
}

/** Inputs of an export with ids: one per slot, int64 `[batch, 1]`, float32 `[batch, 1]` or int64 `[batch, T]` with weights. */
export function idInputs(b: InputNodes, { ids, values, lists, tensors }: UsedSlots, ports: SlotPorts): void {
  for (const { name } of ids) b.input(name, name, 'int64', ['batch', 1]);
  for (const { name } of values) b.input(name, name, 'float32', ['batch', 1]);
  for (const slot of tensors) tensorInput(b, slot, slot.name, ports.main(slot.name));
  for (const slot of lists) {
    const dims = ['batch', lengthSymbol(slot.name)];
    const given = b.input(slot.name, slot.name, 'int64', dims);
    const weights = slot.weighted ? b.input(slot.name, `${slot.name}/weights`, 'float32', dims) : undefined;
    padList(b, slot, ports, given, weights);
  }
}
