import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { withScope } from '@ctrflow/core';
import { beforeAll, expect, test } from 'vitest';
import { encodeOnnx, lower, record } from '../src/index';
import type { OnnxModel } from '../src/index';
import { onnxRuntime } from './run-graph';

beforeAll(() => tf.setBackend('cpu'));

/** A product in the layer `deep/dense_1`, then something else in `head`. */
function model(): OnnxModel {
  const graph = record(
    ({ inputs: { x, w } }) => {
      const y = withScope('deep/dense_1', () => tf.matMul<tf.Tensor2D>(x as tf.Tensor2D, w as tf.Tensor2D));
      return { y: withScope('head', () => tf.relu(tf.gather(y, tf.cast(tf.reshape(tf.slice(x, [0, 0], [2, 1]), [2]), 'int32')))) }; // prettier-ignore
    },
    { inputs: { x: { shape: [2, 3], dtype: 'float32' }, w: { shape: [3, 4], dtype: 'float32' } } },
  );
  return lower(graph);
}

/** The model with every operation of a type changed. */
function broken(opType: string, change: Partial<OnnxModel['nodes'][number]>): Uint8Array<ArrayBuffer> {
  const whole = model();
  expect(whole.nodes.some((node) => node.opType === opType)).toBe(true);
  return encodeOnnx({ ...whole, nodes: whole.nodes.map((node) => (node.opType === opType ? { ...node, ...change } : node)) }); // prettier-ignore
}

test.each<[string, string, Partial<OnnxModel['nodes'][number]>, RegExp]>([
  ['an unknown operation', 'Gemm', { opType: 'NoSuchOp' }, /^ONNX Runtime, in deep\/dense_1\/Gemm: expected a model that runs, got .*NoSuchOp/s], // prettier-ignore
  ['an attribute of the wrong type', 'Gemm', { attrs: { transA: 'yes' } }, /^ONNX Runtime, in deep\/dense_1\/Gemm: /],
  ['too many inputs', 'Relu', { inputs: ['x', 'x', 'x'] }, /^ONNX Runtime, in head\/Relu: /],
  ['a type that the operation does not take', 'Relu', { inputs: ['head/Cast'] }, /^ONNX Runtime, in head\/Relu: /],
  ['shapes that do not fit', 'Gemm', { inputs: ['w', 'x'] }, /^ONNX Runtime, in deep\/dense_1\/Gemm: /],
  ['an operation without implementation', 'Cast', { opType: 'Where', inputs: ['flag', 'flag', 'flag'] }, /^ONNX Runtime, in head\/Cast: |^ONNX Runtime/], // prettier-ignore
])('names the layer of %s', async (_, opType, change, message) => {
  const runtime = await onnxRuntime();
  const failed = await runtime.load(broken(opType, change)).then(
    () => undefined,
    (error: unknown) => error as Error,
  );
  expect(failed?.name).toBe('BackendError');
  expect(failed?.message).toMatch(message);
  expect(failed?.message).toMatch(/engine "eager" runs the same model op by op and tells more$/);
});

test('names the layer of an operation that fails while it runs', async () => {
  const runtime = await onnxRuntime();
  const session = await runtime.load(encodeOnnx(model()));
  const x = runtime.tensor('float32', Float32Array.of(99, 0, 0, 0, 0, 0), [2, 3]); // an index outside
  const w = runtime.tensor('float32', new Float32Array(12), [3, 4]);
  await expect(session.run({ x, w }, { y: null })).rejects.toThrow(/^ONNX Runtime, in head\/Gather: expected a model that runs, got .*indices element out of data bounds/s); // prettier-ignore
});

test('says what is wrong with what is fed', async () => {
  const runtime = await onnxRuntime();
  const session = await runtime.load(encodeOnnx(model()));
  const w = runtime.tensor('float32', new Float32Array(12), [3, 4]);
  await expect(session.run({ w }, { y: null })).rejects.toThrow(
    /^ONNX Runtime: expected a model that runs, got .*'?x'?/s,
  );
});

test('what is no model at all is no model', async () => {
  const runtime = await onnxRuntime();
  await expect(runtime.load(new Uint8Array([1, 2, 3]))).rejects.toThrow(
    /^ONNX Runtime: expected a model that runs, got/,
  );
});
