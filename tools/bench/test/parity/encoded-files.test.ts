import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openDataset } from '@ctrflow/data/node';
import type { SchemaSpec } from '@ctrflow/features';
import { peerFeatures, writeEncoded } from '../../src/parity/encoded-files';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-'));
  writeFileSync(join(folder, 'a.csv'), 'item,age,seen,y\nb,1,a^b,1\na,3,,0\nb,5,b^b^a^a,1\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const spec: SchemaSpec = {
  fields: [
    { name: 'seen', kind: 'sequence', shareTable: 'item', maxLength: 3 },
    { name: 'age', kind: 'numeric', transform: 'none' },
    { name: 'item', kind: 'categorical' },
  ],
  label: { column: 'y' },
};

const open = (schema: SchemaSpec) => {
  const file = join(folder, 'a.csv');
  return openDataset(file, { schema, valid: file, test: file, split: { by: 'none' } });
};

it('writes ids, numbers and padded sequences column by column, the label last', async () => {
  const data = await open(spec);
  const features = peerFeatures(data);
  expect(features).toEqual([
    { name: 'f0', slot: 'item', type: 'categorical', vocabSize: 4 },
    { name: 'f1', slot: 'age', type: 'numeric' },
    { name: 'f2', slot: 'seen', type: 'sequence', vocabSize: 4, shares: 'f0', maxLength: 3 },
  ]);
  expect(await writeEncoded(folder, data, features)).toEqual({ train: 3, valid: 3, test: 3 });
  const columns = new Float64Array(new Uint8Array(readFileSync(join(folder, 'train.f64'))).buffer);
  // Ids by descending count over the field and the sequence together: b is in five places, a in four; 0 is padding, 1 unknown. The last three events stay.
  const [a, b] = [3, 2];
  const rows = [
    [b, a, b],
    [1, 3, 5],
    [a, 0, b],
    [b, 0, a],
    [0, 0, a],
    [1, 0, 1],
  ];
  expect([...columns]).toEqual(rows.flat());
});

it('refuses what the peer has not', async () => {
  const without = { ...spec, fields: [{ name: 'item', kind: 'categorical', reservedRows: false }] } as SchemaSpec;
  const data = await open(without);
  expect(() => peerFeatures(data)).toThrow(/tables with a padding row/);
  const ownTable = await open({ ...spec, fields: spec.fields.map((field) => field.kind === 'sequence' ? { name: 'seen', kind: 'sequence' } : field) }); // prettier-ignore
  expect(() => peerFeatures(ownTable, ['din'])).toThrow(
    /for din, sequences that share the table of a field, got "?.*seen/,
  );
  expect(peerFeatures(ownTable, ['dnn'])).toHaveLength(3);
  const alone = await openDataset(join(folder, 'a.csv'), { schema: spec, split: { by: 'none' } });
  await expect(writeEncoded(folder, alone, peerFeatures(alone))).rejects.toThrow(
    /expected valid rows, got .*none.*; give --valid FILE/,
  );
});
