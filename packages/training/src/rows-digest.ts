/** A run goes on with the rows that it began with: a digest of them tells edited labels, weights and values, which the schema and the number of rows do not. */
import { emptyRecord, recordOf } from '@ctrflow/core';
import type { RowSource } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';

/** Digests by what rows are made of: `labels`, `weights`, `groups`, `times` and `fields`. What the rows do not have is absent. */
export type RowsDigest = Readonly<Record<string, string>>;

/** Rows that are read at a time: they do not change the digest. */
const BATCH_SIZE = 16_384;

/** The bits of every NaN: computing makes others than reading a file does. */
const NAN_BITS = 0x7fc00000;

/** Digest of rows in stored order, in one pass and constant memory. It does not depend on how the source is cut into batches. */
export async function rowsDigest(rows: RowSource): Promise<RowsDigest> {
  const parts = new Map<string, Map<string, ColumnDigest>>();
  for await (const batch of rows.batches({ batchSize: BATCH_SIZE })) {
    for (const [part, name, column] of columnsOf(batch)) {
      const digests = parts.get(part) ?? new Map<string, ColumnDigest>();
      const digest = digests.get(name) ?? new ColumnDigest();
      digest.add(column);
      parts.set(part, digests.set(name, digest));
    }
  }
  return recordOf(Array.from(parts, ([part, digests]) => [part, together(digests)]));
}

type Column = Int32Array | Float32Array | Float64Array;

/** All that a training reads, column by column: part, name within it, values. */
function* columnsOf({ targets, weight, group, time, ids, values, lists, numRows }: EncodedColumns) {
  const column = (part: string, name: string, of: Column): readonly [string, string, Column] => [part, name, of];
  for (const [name, of] of Object.entries(targets ?? emptyRecord<Float32Array>())) yield column('labels', name, of);
  if (weight) yield column('weights', '', weight);
  if (group) yield column('groups', '', group);
  if (time) yield column('times', '', time);
  for (const [name, of] of Object.entries(ids)) yield column('fields', `id ${name}`, of);
  for (const [name, of] of Object.entries(values)) yield column('fields', `value ${name}`, of);
  for (const [name, { offsets, ids: entries, weights }] of Object.entries(lists)) {
    const [first, end] = [offsets[0], offsets[numRows]];
    const lengths = offsets.subarray(1, numRows + 1).map((offset, i) => offset - offsets[i]); // offsets begin anew in each batch
    yield column('fields', `lengths ${name}`, lengths);
    yield column('fields', `entries ${name}`, entries.subarray(first, end));
    if (weights) yield column('fields', `weights ${name}`, weights.subarray(first, end));
  }
}

/** One digest of the columns of a part, whatever order they come in. */
function together(digests: ReadonlyMap<string, ColumnDigest>): string {
  const lines = Array.from(digests, ([name, digest]) => `${JSON.stringify(name)} ${digest.text()}\n`).sort();
  const all = new ColumnDigest();
  all.add(Int32Array.from(lines.join(''), (character) => character.codePointAt(0)!));
  return all.text();
}

/** 64 bits over the values of one column: two lanes of MurmurHash3 (32 bits, word after word) with constants of their own. Not against somebody who wants two columns to be taken for one. */
class ColumnDigest {
  private a = 0x9747b28c | 0;
  private b = 0x3c6ef372 | 0;
  private numWords = 0;

  add(column: Column): void {
    const words = new Int32Array(column.buffer, column.byteOffset, column.byteLength / 4);
    const floats = column instanceof Float32Array;
    let { a, b } = this;
    for (let i = 0; i < words.length; i++) {
      const word = floats && (words[i] & 0x7fffffff) > 0x7f800000 ? NAN_BITS : words[i];
      const k = Math.imul(word, 0xcc9e2d51);
      a ^= Math.imul((k << 15) | (k >>> 17), 0x1b873593);
      a = (Math.imul((a << 13) | (a >>> 19), 5) + 0xe6546b64) | 0;
      const l = Math.imul(word, 0x85ebca6b);
      b ^= Math.imul((l << 16) | (l >>> 16), 0xc2b2ae35);
      b = (Math.imul((b << 17) | (b >>> 15), 9) + 0x38b34ae5) | 0;
    }
    this.a = a;
    this.b = b;
    this.numWords += words.length;
  }

  text(): string {
    return [this.a, this.b]
      .map((lane) =>
        mixed(lane ^ this.numWords)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('');
  }
}

/** The end of MurmurHash3: every bit in has its part in every bit out. */
function mixed(lane: number): number {
  let h = lane ^ (lane >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
