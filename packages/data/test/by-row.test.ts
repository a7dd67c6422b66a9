import { randomKey } from '@ctrflow/core';
import type { EncodedColumns, FieldSpec } from '@ctrflow/features';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rowsInBlocks, rowsInMemory, sliceColumns, takeRows } from '../src/index';
import { keptByRow } from '../src/by-row';

/** Few slots of a kind stay columns, many become a matrix. */
const numSlots = fc.constantFrom(1, 7, 8, 16, 17, 40);

const tables = fc.record({ numIds: numSlots, numValues: numSlots, numRows: fc.integer({ min: 1, max: 30 }) });

interface Size {
  readonly numIds: number;
  readonly numValues: number;
  readonly numRows: number;
}

function tableOf({ numIds, numValues, numRows }: Size): EncodedColumns {
  const fields: FieldSpec[] = [
    ...Array.from({ length: numIds }, (_, f): FieldSpec => ({ name: `c${f}`, kind: 'categorical' })),
    ...Array.from({ length: numValues }, (_, f): FieldSpec => ({
      name: `x${f}`,
      kind: 'numeric',
      missingIndicator: false,
    })),
    { name: 'history', kind: 'sequence', maxLength: 4 },
  ];
  const encoded = fittedSchema({ fields }).encode(randomColumns({ fields }, numRows, 3));
  return { ...encoded, targets: { label: Float32Array.from({ length: numRows }, (_, row) => row) } };
}

/** Nothing but numbers, row by row. */
function read({ numRows, ids, values, lists, targets }: EncodedColumns, row: number): unknown {
  const { history } = lists;
  if (row >= numRows) throw new Error('no such row');
  return {
    ids: Object.entries(ids).map(([slot, column]) => [slot, column[row]]),
    values: Object.entries(values).map(([slot, column]) => [slot, column[row]]),
    history: Array.from(history.ids.subarray(history.offsets[row], history.offsets[row + 1])),
    label: targets?.label[row],
  };
}

// Planted bugs that this fails for: a matrix filled by columns, a slice that starts at `from` and not at `from * C`, rows of a selection taken by their position in the batch.
test('rows that are kept by row are the rows of the columns, however they are cut', () => {
  fc.assert(
    fc.property(tables, fc.nat(), fc.nat(), (size, a, b) => {
      const table = tableOf(size);
      const kept = keptByRow(table);
      expect(kept.byRow?.ids !== undefined).toBe(size.numIds >= 8);
      expect(kept.byRow?.values !== undefined).toBe(size.numValues >= 8);
      const [from, to] = [a % size.numRows, b % size.numRows].sort((x, y) => x - y);
      const slice = sliceColumns(kept, from, to + 1);
      for (let row = from; row <= to; row++) expect(read(slice, row - from)).toEqual(read(table, row));
      const rows = Uint32Array.from([to, from, to]);
      const taken = takeRows(slice, rows.map((row) => row - from)); // prettier-ignore
      expect(taken.selection).toBeUndefined();
      rows.forEach((row, i) => {
        expect(read(taken, i)).toEqual(read(table, row));
      });
    }),
  );
});

test('shuffled batches of memory and of blocks have every row once, with all that belongs to it', async () => {
  const table = tableOf({ numIds: 12, numValues: 9, numRows: 29 });
  const edges = [0, 7, 20, 29];
  const store = {
    numRows: [7, 13, 9],
    targets: ['label'],
    read: (block: number) => Promise.resolve(sliceColumns(table, edges[block], edges[block + 1])),
  };
  for (const source of [rowsInMemory(table), rowsInBlocks(store, 20), rowsInBlocks(store, 100)]) {
    const seen: number[] = [];
    for await (const batch of source.batches({ batchSize: 8, shuffle: randomKey(5) })) {
      for (let i = 0; i < batch.numRows; i++) {
        const row = batch.targets!.label[i];
        expect(read(batch, i)).toEqual(read(table, row));
        seen.push(row);
      }
    }
    expect(seen.sort((x, y) => x - y)).toEqual(Array.from({ length: 29 }, (_, row) => row));
  }
});
