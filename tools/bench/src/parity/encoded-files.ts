import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SchemaError, expected } from '@ctrflow/core';
import type { Dataset, RowSource } from '@ctrflow/data';
import type { EncodedColumns, Slot } from '@ctrflow/features';

/** A feature as the peer has to build it. */
export interface PeerFeature {
  /** `f0`, `f1`, ...: a peer may not take every name that a column has. */
  readonly name: string;
  /** The slot of our schema. */
  readonly slot: string;
  readonly type: 'categorical' | 'numeric' | 'sequence';
  /** V, padding (row 0) and unknown values (row 1) included. */
  readonly vocabSize?: number;
  /** The feature whose table it uses; its own when absent. */
  readonly shares?: string;
  /** T: a sequence takes this many columns of the file, padded with 0 at its end. */
  readonly maxLength?: number;
}

/** The parts that both sides need. */
export const parts = ['train', 'valid', 'test'] as const;

/**
 * The slots of a schema as the peer's features, in the order in which our models see them, owners of tables before those who share them.
 *
 * @param models - that are to be trained on them
 * @throws SchemaError for what the peer has not: weighted lists, tables without a padding row, and for DIN sequences without a target
 */
export function peerFeatures({ schema }: Pick<Dataset, 'schema'>, models: readonly string[] = []): PeerFeature[] {
  const order = { id: 0, value: 1, list: 2, tensor: 3 } as const;
  const sorted = [...schema.slots].sort((a, b) => order[a.kind] - order[b.kind]);
  const withoutPadding = schema.spec.fields.find((field) => 'reservedRows' in field && !(field.reservedRows ?? true));
  if (withoutPadding !== undefined)
    throw new SchemaError(expected('parity', 'tables with a padding row', `reservedRows: false for "${withoutPadding.name}"`)); // prettier-ignore
  const aimless = schema.slots.find((slot) => slot.kind === 'list' && slot.table === slot.name);
  if (models.includes('din') && aimless !== undefined) {
    const hint = 'leave it out of the schema: the peer compares each column of a history with a field';
    throw new SchemaError(expected('parity', 'for din, sequences that share the table of a field', `"${aimless.name}" with its own`, hint)); // prettier-ignore
  }
  const isShared = (slot: Slot): boolean => 'table' in slot && slot.table !== slot.name;
  const ordered = [...sorted.filter((slot) => !isShared(slot)), ...sorted.filter(isShared)];
  const names = new Map(ordered.map(({ name }, i) => [name, `f${i}`]));
  return ordered.map((slot) => featureOf(slot, names));
}

function featureOf(slot: Slot, names: ReadonlyMap<string, string>): PeerFeature {
  const named = { name: names.get(slot.name)!, slot: slot.name };
  if (slot.kind === 'value') return { ...named, type: 'numeric' };
  if (slot.kind === 'tensor') throw new SchemaError(expected('parity', 'no tensors', `"${slot.name}"`));
  const table = { vocabSize: slot.numRows, ...(slot.table !== slot.name && { shares: names.get(slot.table)! }) };
  if (slot.kind === 'id') return { ...named, type: 'categorical', ...table };
  if (slot.weighted) throw new SchemaError(expected('parity', 'lists without weights', `weights in "${slot.name}"`));
  return { ...named, type: 'sequence', ...table, maxLength: slot.maxLength };
}

/**
 * Writes the encoded rows of every part for the peer: `<part>.f64`, float64 columns one after the other in the order of the features, then the label. Ids
 * are exact in float64, numbers are those that our models see.
 *
 * @returns rows by part
 */
export async function writeEncoded(
  folder: string,
  data: Dataset,
  features: readonly PeerFeature[],
): Promise<Readonly<Record<(typeof parts)[number], number>>> {
  await mkdir(folder, { recursive: true });
  const numRows = { train: 0, valid: 0, test: 0 };
  for (const part of parts) {
    const rows = data[part];
    if (rows === undefined || rows.numRows === 0)
      throw new SchemaError(expected('parity', `${part} rows`, 'none', `give --${part} FILE`));
    numRows[part] = rows.numRows;
    const columns = await columnsOf(rows, features);
    await writeFile(join(folder, `${part}.f64`), new Uint8Array(columns.buffer));
  }
  return numRows;
}

async function columnsOf(rows: RowSource, features: readonly PeerFeature[]): Promise<Float64Array> {
  const { numRows } = rows;
  const width = features.reduce((sum, { maxLength = 1 }) => sum + maxLength, 1);
  const out = new Float64Array(width * numRows);
  let from = 0;
  for await (const batch of rows.batches({ batchSize: 65_536 })) {
    let column = 0;
    for (const feature of features) {
      writeColumn(out, column * numRows + from, numRows, feature, batch);
      column += feature.maxLength ?? 1;
    }
    out.set(batch.targets!.label, column * numRows + from);
    from += batch.numRows;
  }
  return out;
}

function writeColumn(
  out: Float64Array,
  at: number,
  stride: number,
  { slot, type, maxLength = 1 }: PeerFeature,
  { ids, values, lists, numRows }: EncodedColumns,
): void {
  if (type === 'categorical') out.set(ids[slot], at);
  else if (type === 'numeric') out.set(values[slot], at);
  else {
    const { offsets, ids: entries } = lists[slot];
    for (let row = 0; row < numRows; row++) {
      const length = Math.min(maxLength, offsets[row + 1] - offsets[row]);
      for (let t = 0; t < length; t++) out[at + t * stride + row] = entries[offsets[row] + t];
    }
  }
}
