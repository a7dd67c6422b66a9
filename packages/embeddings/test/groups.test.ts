import { randomKey } from '@ctrflow/core';
import { expect, test } from 'vitest';
import { createTableGroup, decodeSafetensors } from '../src/index';

const LIMIT = 0.5;
const newGroup = (dim = 4) =>
  createTableGroup(
    't',
    [
      { name: 'a', numRows: 200 },
      { name: 'b', numRows: 200 },
    ],
    { dim, key: randomKey(1), initializer: { kind: 'uniform', limit: LIMIT } },
  );

// Fails for: rows that begin with values of the row before, tables that begin alike, a range from 0 on.
test('initial values are drawn for each element of each table, around 0', () => {
  const group = newGroup();
  const values = ['a', 'b'].flatMap((name) => [...group.weights(name).subarray(4)]); // without padding
  expect(new Set(values).size).toBeGreaterThan(0.999 * values.length); // float32 has 2^24 values or so in the range
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan((5 * LIMIT) / Math.sqrt(3 * values.length)); // five standard errors
  expect(Math.max(...values) < LIMIT && Math.min(...values) >= -LIMIT).toBe(true);
});

// Fails for: the decay of one table on the rows of another.
test('each table of a group has the decay of its own rows', () => {
  const group = newGroup(1);
  group.useOptimizer({ kind: 'sgd' });
  const at = { a: 3, b: 5 };
  const before = { a: group.weights('a')[at.a], b: group.weights('b')[at.b] };
  group.useRowDecay('a', new Float32Array(200).fill(0.25));
  group.useRowDecay('b', new Float32Array(200).fill(0.5));
  const plan = group.plan(Int32Array.of(group.offsetOf('a') + at.a, group.offsetOf('b') + at.b));
  group.update(plan, new Float32Array(2), { learningRate: 1, step: 1 });
  expect(group.weights('a')[at.a]).toBe(Math.fround(0.75 * before.a)); // a quarter and a half are exact
  expect(group.weights('b')[at.b]).toBe(Math.fround(0.5 * before.b));
});

// Fails for: sums that are kept by the plan alone.
test('an update goes by its own gradients, whatever the norm was asked of before', () => {
  const [group, other] = [newGroup(2), newGroup(2)];
  for (const each of [group, other]) each.useOptimizer({ kind: 'sgd' });
  const rows = Int32Array.of(1, 2, 1);
  const [first, second] = [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(-1, 0, 2, 0.5, 1, 1)];
  const plan = group.plan(rows);
  expect(group.gradientSquaredNorm(plan, first)).toBe(36 + 64 + 9 + 16); // row 1: (6, 8), row 2: (3, 4)
  group.update(plan, second, { learningRate: 0.5, step: 1 });
  other.update(other.plan(rows), second, { learningRate: 0.5, step: 1 });
  expect(group.weights('a')).toEqual(other.weights('a'));
});

/** A safetensors file of two tensors of one number each, at these offsets. */
function fileOf(first: readonly number[], second: readonly number[], size: number): Uint8Array {
  const entry = (offsets: readonly number[]) => ({ dtype: 'F32', shape: [1], data_offsets: offsets });
  const json = new TextEncoder().encode(JSON.stringify({ one: entry(first), two: entry(second) }));
  const file = new Uint8Array(8 + json.length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}

test('tensors that leave a hole or overlap are refused', () => {
  expect(Object.keys(decodeSafetensors(fileOf([0, 4], [4, 8], 8)).tensors)).toEqual(['one', 'two']);
  const refused = /safetensors: expected "two" to begin at byte 4, got "\d"; the file is truncated or damaged/;
  expect(() => decodeSafetensors(fileOf([0, 4], [8, 12], 12))).toThrow(refused);
  expect(() => decodeSafetensors(fileOf([0, 4], [2, 6], 6))).toThrow(refused);
});
