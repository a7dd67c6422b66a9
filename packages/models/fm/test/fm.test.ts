import { exactPairs, fittedSchema, randomColumns } from '@ctrflow/testkit';
import {
  frappeSchema,
  logitsOf,
  modelContract,
  oracleRows,
  oracleWeights,
  randomizeWeights,
} from '@ctrflow/model-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fm } from '../src/index';

// The pairs are summed by their definition; the model uses Rendle's linear-time form (lemma 3.1).
modelContract(fm, {
  options: { embeddingDim: 4 },
  badOptions: {},
  oracle: (row) => row.linear() + exactPairs(row.embeddings()),
});

// BARS's log of FuxiCTR 1.x says 59,280 = 5,389 x 11 + 1.
test.each([
  ['fuxictr-1', 59_280],
  ['fuxictr-2', 59_390],
  ['ctrflow', 59_390],
] as const)('parameters at Frappe size by the convention of %s', (convention, count) => {
  const model = fm(frappeSchema(convention), { embeddingDim: 10 });
  expect(model.numParameters).toBe(count);
  model.dispose();
});

// Planted bugs that this fails for: no 1/2, the diagonal left in, fields summed by mean.
test('the FM identity holds against the double sum for any number of fields and any size', () => {
  const sizes = fc.record({ numFields: fc.integer({ min: 1, max: 6 }), dim: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(sizes, fc.nat(99), ({ numFields, dim }, seed) => {
      const fields = Array.from({ length: numFields }, (_, i) => ({ name: `f${i}`, kind: 'categorical' as const }));
      const schema = fittedSchema({ fields }, 30, seed);
      const model = fm(schema, { embeddingDim: dim });
      randomizeWeights(model, seed);
      const batch = schema.encode(randomColumns({ fields }, 5, seed + 1));
      const exact = oracleRows(schema, batch, oracleWeights(model), { dim }).map(
        (row) => row.linear() + exactPairs(row.embeddings()),
      );
      // F D squares and products below 1/4, each in (F/2)^2 D at most, F + D + 4 roundings on the way.
      const bound = (numFields + dim + 4) * (numFields * numFields * dim + numFields + 1) * 2 ** -24;
      logitsOf(model, batch).forEach((logit, b) => {
        expect(Math.abs(logit - exact[b])).toBeLessThanOrEqual(bound);
      });
      model.dispose();
    }),
    { numRuns: 15, seed: 3 },
  );
});

test('fields of different sizes are refused', () => {
  const schema = fittedSchema({
    fields: [
      { name: 'user', kind: 'categorical', embeddingDim: 8 },
      { name: 'item', kind: 'categorical' },
    ],
  });
  expect(() => fm(schema, { embeddingDim: 4 })).toThrow(
    /expected 4 as embeddingDim of every field, got .*8 for .*user.*; give every field the same embeddingDim/,
  );
});
