/** A run goes on with the rows that it began with: nothing of them can be edited unnoticed, and how they are read makes no difference. */
import '@tensorflow/tfjs-backend-cpu';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsInMemory, sliceColumns } from '@ctrflow/data';
import type { Dataset, RowSource } from '@ctrflow/data';
import type { EncodedColumns } from '@ctrflow/features';
import { lr } from '@ctrflow/lr';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { env } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { eagerEngine, fit } from '../src/index';
import { runFolder } from '../src/node';
import { rowsDigest } from '../src/rows-digest';

env().set('IS_TEST', true);
const root = mkdtempSync(join(tmpdir(), 'ctrflow-rows-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'seen', kind: 'multi-hot', weightSeparator: ':', maxLength: 4 },
  ],
  label: { column: 'click' },
});

/** Rows with all that rows can have. */
function columns(seed: number, numRows = 24): EncodedColumns {
  const encoded = schema.encode(randomColumns(schema.spec, numRows, seed));
  const numbers = Array.from({ length: numRows }, (_, row) => row + seed / 4);
  return {
    ...encoded,
    weight: Float32Array.from(numbers),
    group: Float64Array.from(numbers),
    time: Float64Array.from(numbers),
  };
}

/** A source that cuts its rows where it likes. */
const cutAt = (rows: EncodedColumns, cuts: readonly number[]): RowSource => ({
  numRows: rows.numRows,
  targets: ['label'],
  // eslint-disable-next-line @typescript-eslint/require-await -- the rows are here
  async *batches() {
    const ends = [...cuts, rows.numRows].sort((a, b) => a - b);
    yield* ends.map((end, i) => sliceColumns(rows, i === 0 ? 0 : ends[i - 1], end));
  },
});

describe('the digest of rows', () => {
  // Planted bugs that this fails for: digests of batches in place of columns, offsets of lists as they are in the batch.
  test('does not depend on how they are cut', async () => {
    const [rows, cuts] = [columns(1), fc.array(fc.nat(24), { maxLength: 6 })];
    const digest = await rowsDigest(rowsInMemory(rows));
    await fc.assert(
      fc.asyncProperty(cuts, async (at) => {
        expect(await rowsDigest(cutAt(rows, at))).toEqual(digest);
      }),
    );
  });

  const parts: readonly [string, (rows: EncodedColumns) => Int32Array | Float32Array | Float64Array][] = [
    ['labels', ({ targets }) => targets!.label],
    ['weights', ({ weight }) => weight!],
    ['groups', ({ group }) => group!],
    ['times', ({ time }) => time!],
    ['fields', ({ ids }) => ids.user],
    ['fields', ({ values }) => values.age],
    ['fields', ({ lists }) => lists.seen.ids],
    ['fields', ({ lists }) => lists.seen.weights!],
  ];

  // Planted bugs that this fails for: a sum in place of a digest, a column that is left out, a digest of every second value.
  test('tells one value, or two that change places, and which part they are of', async () => {
    const before = columns(1);
    const was = await rowsDigest(rowsInMemory(before));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...parts),
        fc.nat(),
        fc.nat(),
        fc.boolean(),
        async ([part, of], at, other, swap) => {
          const after = columns(1);
          const column = of(after);
          const [i, k] = [at % column.length, other % column.length];
          if (swap) [column[i], column[k]] = [column[k], column[i]];
          else column[i] = column[i] === 0 ? 1 : 0;
          const same = of(before).every((value, row) => value === column[row]);
          const is = await rowsDigest(rowsInMemory(after));
          expect(Object.keys(was).filter((one) => was[one] !== is[one])).toEqual(same ? [] : [part]);
        },
      ),
    );
  });

  test('tells lists of other lengths with the same entries', async () => {
    const [before, after] = [columns(1), columns(1)];
    const { offsets } = after.lists.seen;
    const row = offsets.findIndex((offset, i) => i > 0 && i < 24 && offset < offsets[i + 1]);
    offsets[row]++;
    expect(await rowsDigest(rowsInMemory(after))).not.toEqual(await rowsDigest(rowsInMemory(before)));
  });

  test('takes every NaN for the same value', async () => {
    const [before, after] = [columns(1), columns(1)];
    new Uint32Array(before.values.age.buffer)[3] = 0x7fc00000;
    new Uint32Array(after.values.age.buffer)[3] = 0xffc00001;
    expect(await rowsDigest(rowsInMemory(after))).toEqual(await rowsDigest(rowsInMemory(before)));
  });
});

describe('a run that goes on', () => {
  const numRows = { read: 0, train: 0, valid: 0, test: 0 };
  const summary = { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false };
  const data = (train: EncodedColumns, valid?: EncodedColumns): Dataset => ({
    schema,
    train: rowsInMemory(train),
    ...(valid && { valid: rowsInMemory(valid) }),
    summary,
  });

  async function train(folder: string, rows: Dataset, epochs: number): Promise<void> {
    const model = lr(schema);
    const run = runFolder(folder, { resume: true });
    try {
      await fit(model, rows, { batchSize: 16, epochs, patience: 9, engine: eagerEngine(), run });
    } finally {
      model.dispose();
    }
  }

  let numFolders = 0;
  async function begun(valid?: EncodedColumns): Promise<string> {
    const folder = join(root, String(numFolders++));
    await train(folder, data(columns(1), valid), 1);
    return folder;
  }

  const edited = (part: 'label' | 'weight', seed = 1): EncodedColumns => {
    const rows = columns(seed);
    const column = part === 'label' ? rows.targets!.label : rows.weight!;
    column[5] = column[5] === 0 ? 1 : 0;
    return rows;
  };

  // Planted bug that this fails for: a configuration without digests.
  test('with other labels or weights is refused, and says which', async () => {
    const folder = await begun(columns(2));
    const before = readFileSync(join(folder, 'config.json'), 'utf8');
    await expect(train(folder, data(edited('label'), columns(2)), 2)).rejects.toThrow(
      /run folder: expected the rows that the training began with, got other labels in the training rows \(digests in .*config\.json\); resume with the data that the run began with, or begin again in another folder/,
    );
    await expect(train(folder, data(edited('weight'), edited('label', 2)), 2)).rejects.toThrow(
      'got other weights in the training rows and other labels in the validation rows',
    );
    await expect(train(folder, data(columns(1)), 2)).rejects.toThrow('got no validation rows');
    expect(readFileSync(join(folder, 'config.json'), 'utf8')).toBe(before);
    await train(folder, data(columns(1), columns(2)), 2);
  });

  test('with validation rows that it did not have is refused', async () => {
    await expect(train(await begun(), data(columns(1), columns(2)), 2)).rejects.toThrow(
      'got validation rows where there were none',
    );
  });

  test('of a version that kept no digests goes on, and has them from then on', async () => {
    const folder = await begun();
    const path = join(folder, 'config.json');
    const config = JSON.parse(readFileSync(path, 'utf8')) as { data: Record<string, unknown> };
    delete config.data.digests;
    writeFileSync(path, JSON.stringify(config, null, 2));
    await train(folder, data(edited('label')), 2);
    await expect(train(folder, data(columns(1)), 3)).rejects.toThrow('got other labels in the training rows');
  });
});
