import { fittedSchema, schemaSpecs } from '@ctrflow/testkit';
import { frappeSchema, modelContract } from '@ctrflow/model-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lr } from '../src/index';

modelContract(lr, { options: {}, badOptions: {}, oracle: (row) => row.linear() });

// FuxiCTR 1.x: BARS's log says 5,390 = 5,389 + 1. 2.x has two reserved rows in each of the 10 fields.
test.each([
  ['fuxictr-1', 5_390],
  ['fuxictr-2', 5_400],
  ['ctrflow', 5_400],
] as const)('parameters at Frappe size by the convention of %s', (convention, count) => {
  expect(lr(frappeSchema(convention)).numParameters).toBe(count);
});

test('a weight per value, number and bias, whatever the schema', () => {
  fc.assert(
    fc.property(schemaSpecs(), (spec) => {
      const schema = fittedSchema(spec, 20);
      const tables = new Map<string, number>();
      for (const slot of schema.slots) if ('table' in slot) tables.set(slot.table, slot.numRows);
      const numbers = schema.slots.filter(({ kind }) => kind === 'value').length;
      const model = lr(schema);
      expect(model.numParameters).toBe([...tables.values()].reduce((sum, rows) => sum + rows, numbers + 1));
      model.dispose();
    }),
    { numRuns: 15, seed: 2 },
  );
});

test('weights of numbers and the bias begin at 0, rows as N(0, embeddingStdDev)', () => {
  const schema = fittedSchema({
    fields: [
      { name: 'age', kind: 'numeric' },
      { name: 'item', kind: 'hashed', numBuckets: 10_000 },
    ],
  });
  const model = lr(schema, { embeddingStdDev: 0.5 });
  for (const { variable } of model.weights) expect(Array.from(variable.dataSync()).every((w) => w === 0)).toBe(true);
  const rows = model.groups[0].weights('item');
  const variance = rows.reduce((sum, w) => sum + w * w, 0) / rows.length;
  // The variance of 10,000 normal draws has a standard deviation of 0.25 sqrt(2 / 10000) = 0.0035: five of them.
  expect(Math.abs(variance - 0.25)).toBeLessThan(0.018);
  model.dispose();
});
