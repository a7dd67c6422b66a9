import { expect, test } from 'vitest';
import { createFitter, schemaFromJSON } from '../src/index';
import type { FeatureSchema, TensorFieldSpec } from '../src/index';

const picture: TensorFieldSpec = { name: 'pixels', kind: 'tensor', shape: [2, 1, 3], dtype: 'uint8', scale: 1 / 255 };
const schemaOf = (...fields: TensorFieldSpec[]): FeatureSchema => createFitter({ fields }).finish();

test('a tensor is written nested, flat, as a typed array or as JSON', () => {
  const schema = schemaOf(picture);
  const rows = [
    [[[1, 2, 3]], [[4, 5, 255]]],
    [1, 2, 3, 4, 5, 255],
    Uint8Array.of(1, 2, 3, 4, 5, 255),
    '[[[1, 2, 3]], [[4, 5, 255]]]',
  ];
  const { tensors } = schema.encodeRows(rows.map((pixels) => ({ pixels })));
  expect(tensors?.pixels).toEqual(Uint8Array.from(rows.flatMap(() => [1, 2, 3, 4, 5, 255])));
  for (const pixels of rows) expect(schema.encodeRows([{ pixels }]).tensors?.pixels.length).toBe(6);
  expect(schema.slots).toEqual([{ kind: 'tensor', name: 'pixels', shape: [2, 1, 3], dtype: 'uint8', scale: 1 / 255 }]);
});

test('lists of texts, as files and tables give them, are numbers too', () => {
  const schema = schemaOf({ name: 'v', kind: 'tensor', shape: [2, 2] });
  const list = { kind: 'list', dictionary: ['1.5', '[2, -3]', '-4', null], offsets: Int32Array.of(0, 4, 6) } as const;
  const flat = { ...list, codes: Int32Array.of(0, 2, 0, 2, 1, 1) };
  const encoded = schema.encode({ numRows: 2, columns: { v: flat } });
  expect(encoded.tensors?.v).toEqual(Float32Array.of(1.5, -4, 1.5, -4, 2, -3, 2, -3));
});

test('a missing tensor, and a missing number in one, are what the declaration says', () => {
  const field: TensorFieldSpec = { name: 'v', kind: 'tensor', shape: [2], dtype: 'int32', missing: -1 };
  const { tensors } = schemaOf(field).encodeRows([{ v: null }, {}, { v: [3, null] }, { v: '' }]);
  expect(tensors?.v).toEqual(Int32Array.of(-1, -1, -1, -1, 3, -1, -1, -1));
});

test.each([
  [[1, 2, 3, 4], 'field "pixels": expected 6 numbers of shape [2, 1, 3], got "4" (row 2, column "pixels", value "4")'],
  [[1, 2, 3, 4, 5, 256], 'expected whole numbers from 0 to 255, got "256 as number 6" (row 2, column "pixels"'],
  [[1, 2, 3, 4, 5, null], 'got "NaN as number 6"; set missing for numbers that miss (row 2, column "pixels"'],
  [null, 'expected 6 numbers of shape [2, 1, 3], got "none"; set missing, or drop the row (row 2, column "pixels"'],
  ['a.png', 'expected numbers of shape [2, 1, 3], nested or flat, got'],
  [[1, 2, 3, 4, 5, '6'], 'among the numbers" (row 2, column "pixels"'],
  [
    [
      [[1], [2]],
      [[3], [4]],
      [[5], [6]],
    ],
    '3 parts instead of 2" (row 2, column "pixels"',
  ],
  [[[[1, 2, 3, 4, 5]], [[6]]], '1 parts'],
])('%j is refused', (pixels, message) => {
  const rows = [{ pixels: [0, 0, 0, 0, 0, 0] }, { pixels }];
  if (message === '1 parts')
    expect(() => schemaOf(picture).encodeRows(rows)).toThrow('parts of 5 numbers instead of 3');
  else expect(() => schemaOf(picture).encodeRows(rows)).toThrow(message);
});

test('a schema with tensors is restored from its JSON', () => {
  const schema = schemaOf(picture);
  const again = schemaFromJSON(JSON.parse(JSON.stringify(schema)));
  expect(again.slots).toEqual(schema.slots);
  expect(again.fingerprint).toBe(schema.fingerprint);
});

test.each([
  [{ shape: [] }, 'a list of lengths for shape'],
  [{ shape: [2, 0] }, 'shape[1]'],
  [{ dtype: 'float64' }, 'dtype'],
  [{ missing: 256 }, 'a number of type uint8 for missing'],
  [{ scale: Infinity }, 'a finite number for scale'],
  [{ channels: ['r', 'g'] }, '3 channels, as the last axis'],
  [{ embeddingDim: 4 }, 'embeddingDim'],
])('the declaration %j is refused', (part, message) => {
  expect(() => createFitter({ fields: [{ ...picture, ...part } as TensorFieldSpec] })).toThrow(message);
});
