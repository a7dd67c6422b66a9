import '@tensorflow/tfjs-backend-cpu';
import { add, memory, mul, reshape, squeeze, sum, tensor2d, tidy, variable, zeros } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import { Dense, MLP, withStep } from '@ctrflow/layers';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { Feeder, defineModel, feedTensor, outputsOf } from '../src/index';
import type { Assembly, CtrModel } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'tags', kind: 'multi-hot' },
  ],
});

type Assemble = (a: Assembly) => () => Tensor2D;

function build(assemble: Assemble): CtrModel {
  return defineModel({ name: 'odd', version: 1, summary: 'A model of a test.', paper: '', assemble })(schema, {
    embeddingDim: 4,
  });
}

/** One step of training on 5 rows, as an engine runs it; leaves no tensor. */
function run(model: CtrModel): void {
  const feeds = new Feeder(model).feed(schema.encode(randomColumns(schema.spec, 5, 1)));
  const tensors = Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, feedTensor(feed)]));
  const step = { training: true, dropoutMask: (_: string, shape: readonly number[]): Tensor => zeros([...shape]) };
  try {
    const { outputs, losses } = withStep(step, () => outputsOf(model, tensors));
    for (const made of [...Object.values(outputs), ...Object.values(losses)]) made.dispose();
  } finally {
    for (const made of Object.values(tensors)) made.dispose();
  }
}

const pooled = (a: Assembly) => {
  const embeddings = a.embeddings();
  return (): Tensor2D => sum<Tensor2D>(embeddings(), 1); // [B, D]
};

// Each row: what is wrong, the model, what the error says.
test.each<[string, Assemble, RegExp]>([
  ['[B] logits', (a) => { const e = pooled(a); return () => sum(e(), 1); }, /^model odd: expected shape \[1, 1\] of logits for 1 rows, got \[1\]; .*reshape\(x, \[-1, 1\]\)/], // prettier-ignore
  ['[B, B] logits', (a) => { const e = pooled(a); return () => add(sum(e(), 1), sum(e(), 1, true)); }, /^model odd: expected shape \[5, 1\] of logits for 5 rows, got \[5,5\]/], // prettier-ignore
  ['[B, D] logits', (a) => { const e = pooled(a); return () => e(); }, /got \[1,4\]/], // prettier-ignore
  ['a mean over the rows', (a) => { const e = pooled(a); return () => reshape<Rank.R2>(sum(e()), [1, 1]); }, /expected shape \[5, 1\] of logits for 5 rows, got \[1,1\]/], // prettier-ignore
  ['nothing', (a) => { const e = pooled(a); return () => { e(); return undefined as never; }; }, /of logits for 1 rows, got undefined/], // prettier-ignore
  ['an own loss of [B]', (a) => { const e = pooled(a); return () => { a.loss('own', sum(e(), 1)); return sum(e(), 1, true); }; }, /expected shape \[1, 1\] of the loss "own" for 1 rows, got \[1\]/], // prettier-ignore
  ['a variable of assemble', (a) => { const e = pooled(a); const w = tidy(() => variable(tensor2d([[1]]), true, 'forgotten')); return () => mul(sum(e(), 1, true), w); }, /^model odd: expected weights of placed layers only, got "the variable forgotten"; .*a\.layer\(path, layer\)/], // prettier-ignore
  ['a variable of every step', (a) => { const e = pooled(a); return () => mul(sum(e(), 1, true), variable(tensor2d([[1]]))); }, /expected weights of placed layers only/], // prettier-ignore
  ['a layer that was not placed', (a) => { const e = pooled(a); const dense = new Dense({ units: 1 }); return () => dense.apply(e()) as Tensor2D; }, /expected weights of placed layers only, got "the variable .*kernel/], // prettier-ignore
  ['a layer under two paths', (a) => { const e = pooled(a); const layer = new Dense({ units: 1 }); const [one, two] = [a.layer('one', layer), a.layer('two', layer)]; return () => add(one(e()), two(e())); }, /^layer two: expected a layer that stands nowhere yet, got "the one at one"; make a new layer for every path/], // prettier-ignore
  ['a layer inside another', (a) => { const e = pooled(a); const layer = new MLP({ hiddenUnits: [3], outputUnits: 1 }); const [one, two] = [a.layer('one', layer), a.layer('two', layer.sublayers.dense_1)]; return () => add(one(e()), sum(two(e()), 1, true)); }, /got "the one at one\/dense_1"/], // prettier-ignore
  ['an unseeded layer of tfjs', (a) => { const e = pooled(a); const dense = a.layer('head', layers.dense({ units: 1 })); return () => dense(e()) as Tensor2D; }, /^layer head: expected weights that the seed decides, got "a kernelInitializer without a seed"; use a layer of @ctrflow\/layers/], // prettier-ignore
  ['an unseeded layer within a wrapper', (a) => { const e = a.embeddings(); const wrapped = a.layer('head', layers.timeDistributed({ layer: layers.dense({ units: 1 }) })); return () => sum<Tensor2D>(wrapped(e()), 1); }, /a kernelInitializer without a seed/], // prettier-ignore
  ['a step that fails', (a) => { const e = pooled(a); const dense = a.layer('head', new Dense({ units: 1 })); return () => dense(reshape<Rank.R2>(squeeze(e()), [2, 3])); }, /^model odd: expected a step that runs, got ".*"; a model runs on any number of rows/], // prettier-ignore
  ['a layer that fails', (a) => { const e = pooled(a); const cat = a.layer('joined', layers.concatenate()); return () => cat(e()) as Tensor2D; }, /^model odd, in joined: expected a step that runs/], // prettier-ignore
])('refuses %s', (_, assemble, message) => {
  const before = memory().numTensors;
  let made: CtrModel | undefined;
  expect(() => {
    made = build(assemble);
    run(made);
  }).toThrow(message);
  made?.dispose();
  expect(memory().numTensors).toBe(before);
});

test('accepts a layer of tfjs with a seed, and one call of a layer twice', () => {
  const model = build((a) => {
    const e = pooled(a);
    const dense = a.layer(
      'head',
      layers.dense({ units: 1, kernelInitializer: initializers.glorotNormal({ seed: 3 }) }),
    );
    return () => add<Tensor2D>(dense(e()), dense(e()));
  });
  run(model);
  expect(model.weights.map(({ path }) => path)).toEqual(['head/kernel', 'head/bias']);
  model.dispose();
});
