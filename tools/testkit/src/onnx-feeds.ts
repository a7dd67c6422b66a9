import type { EncodedColumns, FeatureSchema, RawTable, TextColumn } from '@ctrflow/features';

/** An input of an exported file. */
export interface Feed {
  readonly type: 'int64' | 'int32' | 'uint8' | 'float32' | 'float64' | 'string';
  readonly dims: readonly number[];
  readonly data: readonly (number | string)[];
}
export type Feeds = Readonly<Record<string, Feed>>;

const entriesOf = (text: string | null): readonly string[] => (text === null || text === '' ? [] : text.split('^'));
const textAt = ({ dictionary, codes }: TextColumn, row: number): string | null => dictionary[codes[row]];

/** Lists as a matrix as wide as the longest, at least `width`. */
function matrix<T>(rows: readonly (readonly T[])[], padding: T, width = 0): { dims: number[]; data: T[] } {
  const T = Math.max(width, ...rows.map((row) => row.length));
  return { dims: [rows.length, T], data: rows.flatMap((row) => [...row, ...Array<T>(T - row.length).fill(padding)]) };
}

/** Encoded rows as the inputs of an export with ids: an entry that is missing is -1. */
export function idFeeds(schema: FeatureSchema, { numRows, ids, values, lists, tensors }: EncodedColumns): Feeds {
  const dims = [numRows, 1];
  const feeds: Record<string, Feed> = {};
  for (const slot of schema.slots) {
    const { name } = slot;
    if (slot.kind === 'id') feeds[name] = { type: 'int64', dims, data: [...ids[name]] };
    else if (slot.kind === 'value') feeds[name] = { type: 'float32', dims, data: [...values[name]] };
    else if (slot.kind === 'tensor')
      feeds[name] = { type: slot.dtype, dims: [numRows, ...slot.shape], data: [...tensors![name]] }; // prettier-ignore
    else {
      const { offsets, ids: entries, weights } = lists[name];
      const rowsOf = <T>(all: readonly T[]): T[][] =>
        Array.from({ length: numRows }, (_, row) => all.slice(offsets[row], offsets[row + 1]));
      feeds[name] = { type: 'int64', ...matrix(rowsOf(Array.from(entries, (id) => (id === 0 ? -1 : id))), 0) };
      if (slot.weighted)
        feeds[`${name}/weights`] = { type: 'float32', ...matrix(rowsOf([...(weights ?? entries.map(() => 1))]), 0) };
    }
  }
  return feeds;
}

/** Raw rows as the inputs of an export with raw features. */
export function rawFeeds({ spec }: FeatureSchema, { numRows, columns }: RawTable): Feeds {
  const dims = [numRows, 1];
  const feeds: Record<string, Feed> = {};
  for (const field of spec.fields) {
    if (field.kind === 'crossed') throw new Error('no raw export');
    const name = field.column ?? field.name;
    const texts = Array.from({ length: numRows }, (_, row) => textAt(columns[name] as TextColumn, row));
    if (field.kind === 'numeric')
      feeds[name] = { type: 'float64', dims, data: texts.map((text) => (text === null ? NaN : Number(text))) };
    else if (field.kind === 'categorical' && field.identity !== undefined)
      feeds[name] = { type: 'int64', dims, data: texts.map((text) => (text === null ? -1 : Number(text))) };
    else if (field.kind === 'categorical')
      feeds[name] = { type: 'string', dims, data: texts.map((text) => text ?? '') };
    else {
      const entries = texts.map((text) => entriesOf(text).map((entry) => entry.split(':')));
      feeds[name] = { type: 'string', ...matrix(entries.map((row) => row.map(([value]) => (value === '' ? ' ' : value))), '') }; // prettier-ignore
      if (field.kind === 'multi-hot' && field.weightSeparator !== undefined)
        feeds[`${name}/weights`] = { type: 'float32', ...matrix(entries.map((row) => row.map(([, weight]) => Number(weight ?? 1))), 0) }; // prettier-ignore
    }
  }
  return feeds;
}
