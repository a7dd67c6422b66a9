import { reshape, slice } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { SchemaError, expected } from '@ctrflow/core';
import type { FeatureSchema, IdSlot, ListSlot } from '@ctrflow/features';
import { sideBySide } from '@ctrflow/layers';
import type { ListPacking } from '@ctrflow/layers';
import type { Assembly } from './assembly';

/** A history of a row, with what each of its columns is compared to. */
export interface History {
  /** The name that its columns share (`history` of the field, by default its own name). */
  readonly name: string;
  /** T of the longest history. */
  readonly maxLength: number;
  /** Places of each session, where the history is cut into sessions. */
  readonly sessionLength?: number;
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
      ...(columns[0].sessionLength === undefined ? {} : { sessionLength: columns[0].sessionLength }),
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

/** A history in a step: P columns with a target, S without. */
export interface HistoryTensors {
  /** Embeddings of the targets: `[B, P D]`. */
  readonly query: Tensor2D;
  /** Embeddings of the columns that have one: `[B, T, P D]`; where padding is, anything. */
  readonly keys: Tensor3D;
  /** Embeddings of the columns without a target: `[B, T, S D]`, if there are any. */
  readonly sides?: Tensor3D;
  /** 1 where an event is, 0 where padding: `[B, T]`. */
  readonly mask: Tensor2D;
  /** Where the events are, in steps of training, if asked for. */
  readonly packing?: ListPacking;
}

/**
 * Declares that a model reads a history: a function from the embeddings `[B, F, D]` of the fields beside the histories (see {@link slotsBeside}) to its tensors in a
 * step.
 */
export function readHistory(
  a: Assembly,
  { pairs, sides }: History,
  { packed = false }: { readonly packed?: boolean } = {},
): (embeddings: Tensor3D) => HistoryTensors {
  const ids = a.schema.slots.filter(({ kind }) => kind === 'id').map(({ name }) => name); // first in the embeddings
  const fields = pairs.map(({ target }) => ids.indexOf(target.name));
  const keyLists = pairs.map(({ sequence }) => a.list(sequence.name, { packed }));
  const sideLists = sides.map(({ name }) => a.list(name));
  return (embeddings) => {
    const D = embeddings.shape[2];
    const keys = keyLists.map((list) => list());
    const query = fields.map((f) => reshape<Rank.R2>(slice(embeddings, [0, f, 0], [-1, 1, D]), [-1, D])); // [B, D] each
    return {
      query: sideBySide(query),
      keys: sideBySide(keys.map(({ rows }) => rows)),
      ...(sides.length === 0 ? {} : { sides: sideBySide(sideLists.map((list) => list().rows)) }),
      mask: keys[0].weights,
      ...(keys[0].packing && { packing: keys[0].packing }),
    };
  };
}

/** The events of a history, all their columns side by side, those with a target first: `[B, T, (P + S) D]`. */
export function eventsOf({ keys, sides }: HistoryTensors): Tensor3D {
  return sideBySide(sides === undefined ? [keys] : [keys, sides]);
}
