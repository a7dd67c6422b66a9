import { rowsInMemory } from '@ctrflow/data';
import { lr } from '@ctrflow/lr';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { env } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { expect, test } from 'vitest';
import { predict } from '../src/index';
import type { StepEngine } from '../src/index';

env().set('IS_TEST', true);
const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }], label: { column: 'click' } });

// The fuzzer has seen finite weights (a learning rate of 10,000) whose scores are NaN. Planted bugs that this fails for: probabilities that are NaN, the row within its batch.
test('a score that is not a number is an error with its row, no probability', async () => {
  const model = lr(schema);
  const output = (...data: number[]) => ({ data: Float32Array.from(data), shape: [data.length, 1] });
  const scores = [output(0, -Infinity, Infinity), output(1, NaN)];
  const prepared = { model, outputs: () => Promise.resolve({ logit: scores.shift() }), dispose: () => undefined };
  const engine = { prepare: () => Promise.resolve(prepared) } as unknown as StepEngine;
  const chunks: number[][] = [];
  const rows = rowsInMemory(schema.encode(randomColumns(schema.spec, 5, 1)));
  const scoring = async (): Promise<void> => {
    for await (const chunk of predict(model, rows, { batchSize: 3, engine })) chunks.push([...chunk]);
  };
  await expect(scoring()).rejects.toThrow(/predict: expected a score of row 5, got "NaN"; the weights are too large to compute with: train again with a lower learning rate/); // prettier-ignore
  expect(chunks).toEqual([[0.5, 0, 1]]);
  model.dispose();
});
