import { expect, test } from 'vitest';
import { createFitter, schemaFromJSON } from '../src/index';
import type { RawTable, SchemaSpec, TextColumn } from '../src/index';

function text(...values: (string | null)[]): TextColumn {
  return { kind: 'text', dictionary: values, codes: Int32Array.from(values, (_, i) => i) };
}

const spec: SchemaSpec = {
  fields: [
    { name: 'age', kind: 'numeric' },
    { name: 'city', kind: 'categorical' },
    { name: 'zip', kind: 'hashed', numBuckets: 100 },
    { name: 'ageXcity', kind: 'crossed', fields: ['age', 'city'], numBuckets: 50 },
    { name: 'history', kind: 'sequence', shareTable: 'city', maxLength: 2 },
    { name: 'hour', kind: 'time-part', column: 'ts', part: 'hour' },
  ],
  label: { column: 'click' },
  nullValues: ['?'],
};

const table: RawTable = {
  numRows: 4,
  columns: {
    age: text('20', ' 30', '?', '40'),
    city: text('Rome', 'Oslo', 'Rome ', null),
    zip: text('007', '7', '007', ''),
    history: text('Rome^Oslo^Bern', '', 'Oslo', 'Paris'),
    ts: text('2024-01-31T12:30:00Z', '2024-02-01', '2024-01-31 23:00', '?'),
    click: text('1', '0', 'yes', 'FALSE'),
  },
};

test('a schema is fitted, encodes columns and rows alike, and survives JSON', () => {
  const fitter = createFitter(spec);
  fitter.add(table);
  const schema = fitter.finish();
  const encoded = schema.encode(table);
  expect(Array.from(encoded.ids.city)).toEqual([3, 2, 3, 0]); // 3 times each, cities and history together: Oslo first
  expect(encoded.ids.zip[0]).toBe(encoded.ids.zip[2]);
  expect(encoded.ids.zip[3]).toBe(0);
  expect(Array.from(encoded.ids.hour)).toEqual([14, 2, 25, 0]);
  expect(Array.from(encoded.targets?.label ?? [])).toEqual([1, 0, 1, 0]);
  expect(Array.from(encoded.values['age:missing'])).toEqual([0, 0, 1, 0]);
  expect(Array.from(encoded.lists.history.offsets)).toEqual([0, 2, 2, 3, 4]);

  const restored = schemaFromJSON(JSON.parse(JSON.stringify(schema)));
  expect(restored.fingerprint).toBe(schema.fingerprint);
  expect(restored.encode(table)).toEqual(encoded);
});
