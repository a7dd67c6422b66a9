import '@tensorflow/tfjs-backend-cpu';
import { integerAt, randomKey } from '@ctrflow/core';
import { createFitter } from '@ctrflow/features';
import { Dense } from '@ctrflow/layers';
import { fm } from '@ctrflow/fm';
import { defineModel } from '@ctrflow/model-kit';
import { idFeeds } from '@ctrflow/testkit';
import { adam, compiledEngine, fit } from '@ctrflow/training';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import { env, max, relu, reshape } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { exportOnnxBytes, toOnnxModel } from '@ctrflow/export';
import { logitsOf } from '../src/run';
import { runOnnx } from '../../../packages/export/test/run-onnx';

env().set('PROD', true);

const [H, W] = [8, 8];
const schema = createFitter({
  fields: [{ name: 'pixels', kind: 'tensor', shape: [H, W, 3], dtype: 'uint8', scale: 1 / 255 }],
  label: { column: 'bright' },
}).finish();

/** A picture is bright where one patch of it is red. */
const seesRed = defineModel({
  name: 'sees-red',
  version: 1,
  summary: 'For a test.',
  paper: 'Nobody: Nothing. ARXIV 2000.',
  options: {},
  assemble(a) {
    const pixels = a.tensor('pixels');
    const kernelInitializer = initializers.glorotUniform({ seed: 7 });
    const conv = a.layer('conv', layers.conv2d({ filters: 4, kernelSize: 3, kernelInitializer }));
    const output = a.layer('output', new Dense({ units: 1 }));
    return () => {
      const features: Tensor = relu(conv(pixels())); // [B, H - 2, W - 2, 4]
      return output(reshape(max(features, [1, 2]), [-1, 4])); // [B, 1]
    };
  },
});

const key = randomKey(5);
const rows = Array.from({ length: 64 }, (_, r) => {
  const pixels = Uint8Array.from({ length: H * W * 3 }, (__, i) => integerAt(key, r * H * W * 3 + i, 100));
  const bright = r % 2;
  if (bright === 1) for (const at of [0, 1, W, W + 1]) pixels[3 * (at + integerAt(key, 10 ** 6 + r, 40))] = 255;
  return { pixels, bright };
});

test('a model of pictures trains compiled, and its file gives the same scores', async () => {
  const model = seesRed(schema);
  const columns = schema.encodeRows(rows);
  const train = rowsInMemory(columns);
  const data = { schema, train, valid: train, summary: {} } as unknown as Dataset;
  const engine = compiledEngine({ threads: 1 });
  const { history } = await fit(model, data, { epochs: 12, batchSize: 16, optimizer: adam(0.02), engine });
  expect(history.at(-1)!.trainLoss).toBeLessThan(0.8 * history[0].trainLoss);
  const wanted = logitsOf(model, columns);
  for (const inputs of ['ids', 'raw'] as const) {
    const file = toOnnxModel(model, { inputs });
    expect(file.inputs).toEqual([{ name: 'pixels', type: 'uint8', dims: ['batch', H, W, 3] }]);
    const { logit } = await runOnnx(exportOnnxBytes(model, { inputs }), idFeeds(schema, columns));
    wanted.forEach((exact, b) => {
      expect(Math.abs(logit[b] - exact), `row ${b}`).toBeLessThan(1e-5 * (1 + Math.abs(exact)));
    });
  }
  model.dispose();
});

test('a model that reads no tensors says so', () => {
  expect(() => fm(schema)).toThrow('model fm: expected fields that it reads, got "the tensor \\"pixels\\""; choose');
});
