import '@tensorflow/tfjs-backend-cpu';
import { fillNormal, foldIn, randomKey } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { Dense } from '@ctrflow/layers';
import { Feeder, defineModel } from '@ctrflow/model-kit';
import type { DataFeed } from '@ctrflow/model-kit';
import { fittedSchema, idFeeds, randomColumns } from '@ctrflow/testkit';
import { adam, compiledEngine, eagerEngine } from '@ctrflow/training';
import { add, env, mul, sum } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { exportOnnxBytes } from '@ctrflow/export';
import { logitsOf } from '../src/run';
import { runOnnx } from '../../../packages/export/test/run-onnx';

env().set('IS_TEST', true);

const Z = 3;
const drawn = (key: RandomKey, numRows: number, out: Float32Array = new Float32Array(numRows * Z)): Float32Array =>
  fillNormal(foldIn(key, 'noise'), out);

/** Noise `[B, Z]`, new at every step of training, the same at every prediction: a kind of feed that no package knows. */
const noise: DataFeed & { readonly when: 'always' } = {
  kind: 'noise',
  name: 'noise',
  slots: [],
  settings: { size: Z },
  when: 'always',
  dtype: 'float32',
  shape: ({ B }) => [B, Z],
  fill: ({ batch: { numRows }, key = randomKey(0) }, buffers) => ({
    data: drawn(key, numRows, buffers.floats(numRows * Z)),
    shape: [numRows, Z],
  }),
};

const schema = fittedSchema({ fields: [{ name: 'item', kind: 'categorical' }], label: { column: 'y' } });

const noisy = defineModel({
  name: 'noisy',
  version: 1,
  summary: 'For a test.',
  paper: 'Nobody: Nothing. ARXIV 2000.',
  options: {},
  assemble(a) {
    const linear = a.linear();
    const z = a.feed(noise);
    a.feed(noise); // twice is once
    const output = a.layer('output', new Dense({ units: 1 }));
    return () => add(linear(), mul(output(z()), 2));
  },
});

// Planted bugs that this fails for: a feed drawn without the key of the step; another draw in prediction.
test('a feed that is defined outside is fed, trained with by both engines, and an input of the file', async () => {
  const model = noisy(schema);
  const batch = schema.encode(randomColumns(schema.spec, 8, 3));
  const feeder = new Feeder(model);
  expect(feeder.feed(batch, randomKey(9)).noise.data).toEqual(drawn(randomKey(9), 8));
  expect(feeder.feed(batch).noise).toEqual({ data: drawn(randomKey(0), 8), shape: [8, Z] });
  model.dispose();

  const losses = await Promise.all(
    [eagerEngine(), compiledEngine({ threads: 1 })].map(async (engine) => {
      const trained = noisy(schema);
      const settings = {
        optimizer: adam(0.1), tableOptimizer: { kind: 'sgd' }, l2: { embedding: 0, net: 0 }, key: randomKey(2),
      } as const; // prettier-ignore
      const prepared = await engine.prepare(trained, settings);
      const losses: number[] = [];
      for (const step of [1, 2]) losses.push((await prepared.trainStep(batch, { step, learningRate: 0.1 })).loss);
      prepared.dispose();
      return losses;
    }),
  );
  losses[0].forEach((loss, i) => {
    expect(Math.abs(losses[1][i] - loss)).toBeLessThan(1e-5);
  });

  const model2 = noisy(schema);
  const given = { type: 'float32', dims: [8, Z], data: [...drawn(randomKey(0), 8)] } as const;
  const { logit } = await runOnnx(exportOnnxBytes(model2), { ...idFeeds(schema, batch), noise: given });
  logitsOf(model2, batch).forEach((exact, b) => {
    expect(Math.abs(logit[b] - exact)).toBeLessThan(1e-5);
  });
  model2.dispose();
});

test('another feed of the same name is refused', () => {
  const twice = defineModel({
    name: 'twice',
    version: 1,
    summary: 'For a test.',
    paper: 'Nobody: Nothing. ARXIV 2000.',
    options: {},
    assemble(a) {
      const z = a.feed(noise);
      a.feed({ ...noise, settings: { size: Z, other: true } });
      return () => sum<Tensor2D>(z(), 1, true);
    },
  });
  expect(() => twice(schema)).toThrow('model: expected a name of its own for every feed, got "noise"');
});
