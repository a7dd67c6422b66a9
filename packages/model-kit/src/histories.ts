import { SchemaError, expected } from '@ctrflow/core';
import type { FeatureSchema, IdSlot, ListSlot } from '@ctrflow/features';

/** A history of a row, with what each of its columns is compared to. */
export interface History {
  /** The name that its columns share (`history` of the field, by default its own name). */
  readonly name: string;
  /** T of the longest history. */
  readonly maxLength: number;
  /** Columns that have a target: the `id` slot whose table they look up. */
  readonly pairs: readonly { readonly sequence: ListSlot; readonly target: IdSlot }[];
  /** Columns without one, such as behaviours or time gaps: one entry per event too. */
  readonly sides: readonly ListSlot[];
}

/**
 * The histories of a schema that can be compared with a target, in schema order. A sequence's target is the field whose table it shares (`shareTable`): the owner of
 * the table, else the first field that looks it up. A history none of whose columns has a target is not among them: it is a list like others.
 *
 * @throws SchemaError when there is none
 */
export function historiesOf(who: string, { slots }: FeatureSchema): History[] {
  const sequences = slots.filter((slot): slot is ListSlot & { history: string } => 'history' in slot);
  const targets = slots.filter((slot) => slot.kind === 'id');
  const targetOf = ({ table }: ListSlot): IdSlot | undefined =>
    targets.find(({ name, table: own }) => own === table && name === table) ??
    targets.find(({ table: own }) => own === table);
  const found = [...new Set(sequences.map(({ history }) => history))].map((name) => {
    const columns = sequences.filter(({ history }) => history === name);
    return {
      name,
      maxLength: Math.max(...columns.map(({ maxLength }) => maxLength)),
      pairs: columns.flatMap((sequence) => {
        const target = targetOf(sequence);
        return target === undefined ? [] : [{ sequence, target }];
      }),
      sides: columns.filter((sequence) => targetOf(sequence) === undefined),
    };
  });
  const paired = found.filter(({ pairs }) => pairs.length > 0);
  if (paired.length > 0) return paired;
  const hint =
    'give a field { kind: "sequence", shareTable: "item" }, "item" being the categorical field of the target';
  throw new SchemaError(
    expected(who, 'a sequence that shares the table of the field it is compared with', 'none', hint),
  );
}

/** The slots that none of the histories uses. */
export function slotsBeside({ slots }: FeatureSchema, histories: readonly History[]): string[] {
  const used = new Set(
    histories.flatMap(({ pairs, sides }) => [...pairs.map(({ sequence }) => sequence.name), ...sides.map(({ name }) => name)]), // prettier-ignore
  );
  return slots.flatMap(({ name }) => (used.has(name) ? [] : [name]));
}
