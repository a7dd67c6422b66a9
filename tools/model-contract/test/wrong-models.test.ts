import { add, mul, randomUniform, reshape, slice, squeeze, sum, tensor, tile } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { Dense } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { Assembly } from '@ctrflow/model-kit';
import { exactDense } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { collectTests } from '../src/contract-test';
import { modelContract } from '../src/index';
import type { ModelContractOptions, ModelOracle } from '../src/index';

/** A right model is the sum of all embeddings, and a linear head. */
type Assemble = (a: Assembly) => () => Tensor2D;

const pooled = (a: Assembly): (() => Tensor2D) => {
  const embeddings = a.embeddings();
  return () => sum<Tensor2D>(embeddings(), 1); // [B, D]
};
const oracle: ModelOracle<object> = (row) => {
  const total = row.embeddings().reduce((sums, vector) => sums.map((value, d) => value + vector[d]));
  return exactDense(total, row.weights['head/kernel'], row.weights['head/bias'])[0];
};

/** Names and messages of the tests of the contract that fail. */
async function failuresOf(assemble: Assemble, options: Partial<ModelContractOptions<object>> = {}): Promise<string[]> {
  const factory = defineModel({ name: 'wrong', version: 1, summary: 'A model of a test.', paper: 'Nobody: Nothing. Nowhere, 2026.', assemble }); // prettier-ignore
  const tests = collectTests(() => {
    modelContract(factory, { options: { embeddingDim: 4 }, badOptions: {}, oracle, ...options });
  });
  const failures: string[] = [];
  for (const { name, body } of tests) {
    try {
      await body();
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failures;
}

const head = (a: Assembly): ((x: Tensor) => Tensor2D) => {
  const dense = a.layer('head', new Dense({ units: 1 }));
  return (x) => dense(x) as Tensor2D;
};

test('a right model fails nothing', async () => {
  const right: Assemble = (a) => {
    const [e, logit] = [pooled(a), head(a)];
    return () => logit(e());
  };
  expect(await failuresOf(right)).toEqual([]);
});

// Each row: what is wrong, the model, the test that finds it and what its message says.
test.each<[string, Assemble, RegExp]>([
  ['reads values back in a step', (a) => { const [e, logit] = [pooled(a), head(a)]; return () => { const x = e(); return logit(mul(x, tensor(x.dataSync().slice(0, 1).fill(1)))); }; }, /^trains and predicts compiled.*: .*dataSync/s], // prettier-ignore
  ['grows with the square of B', (a) => { const [e, logit] = [pooled(a), head(a)]; return () => { const x = e(); const [B, D] = x.shape; return logit(slice(reshape(tile(x, [B, 1]), [B * B, D]), [0, 0], [B, D])); }; }, /^trains and predicts compiled.*: .*batch/s], // prettier-ignore
  ['[B] logits', (a) => { const [e, logit] = [pooled(a), head(a)]; return () => squeeze(logit(e()), [1]); }, /expected shape \[\d+, 1\] of logits .*reshape/s], // prettier-ignore
  ['[B, B] logits', (a) => { const [e, logit] = [pooled(a), head(a)]; return () => { const z = logit(e()); return add(z, squeeze(z, [1])); }; }, /expected shape \[\d+, 1\] of logits/], // prettier-ignore
  ['a layer under two paths', (a) => { const layer = new Dense({ units: 1 }); const e = pooled(a); const [one, two] = [a.layer('head', layer), a.layer('other', layer)]; return () => add(one(e()), two(e())); }, /^builds from .*make a new layer for every path/s], // prettier-ignore
  ['a layer without a seed', (a) => { const e = pooled(a); const dense = a.layer('head', layers.dense({ units: 1 })); return () => dense(e()) as Tensor2D; }, /^builds from .*use a layer of @ctrflow\/layers/s], // prettier-ignore
  ['draws without a seed', (a) => { const [e, logit] = [pooled(a), head(a)]; return () => { const x = e(); return logit(mul(x, randomUniform(x.shape))); }; }, /^two training steps give the same weights every time: .*draw without the seed/s], // prettier-ignore
  ['mixes rows', (a) => { const [e, logit] = [pooled(a), head(a)]; return () => { const x = e(); return logit(add(x, sum(x, 0, true))); }; }, /^a row is scored the same alone.*: .*row \d.*does a layer mix rows/s], // prettier-ignore
  ['a mask that is forgotten', (a) => { const [e, logit, list] = [pooled(a), head(a), a.list('history')]; return () => logit(add(e(), sum(list().rows, 1))); }, /^padding has no effect.*: row \d .*behind list history.*is the mask of the list/s], // prettier-ignore
  ['a field that the contract does not have', (a) => { const [e, logit, list] = [pooled(a), head(a), a.list('clicks')]; return () => logit(add(e(), sum(list().rows, 1))); }, /^builds from .*`fields` of modelContract/s], // prettier-ignore
])('finds a model that %s', async (_, assemble, message) => {
  const failures = await failuresOf(assemble);
  expect(failures).toContainEqual(expect.stringMatching(message));
  for (const failure of failures) expect(failure.length, failure.slice(0, 200)).toBeLessThan(3000);
});
