import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { withScope } from '@ctrflow/core';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { UnsupportedKernelError, lower, printGraph, record, recordForAnyBatch } from '../src/index';
import type { Graph } from '../src/index';
import { specs } from './compiled';

const inputs = specs({ x: [4, 3] });

/** Records with the operation in the layer `deep/gate`. */
function inLayer(op: (x: tf.Tensor) => tf.Tensor): () => Graph {
  return () => record(({ inputs: { x } }) => ({ y: withScope('deep/gate', () => op(tf.square(x))) }), { inputs });
}

function refusalOf(run: () => unknown): UnsupportedKernelError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UnsupportedKernelError);
    return error as UnsupportedKernelError;
  }
  throw new Error('expected a refusal, got none');
}

let tensors = 0;
const { random } = Math;
beforeEach(() => {
  tensors = tf.memory().numTensors;
});

// Whatever was refused: the user's backend, the random numbers and the memory are as before.
afterEach(() => {
  expect(tf.getBackend()).toBe('cpu');
  expect(Math.random).toBe(random);
  expect(tf.memory().numTensors).toBe(tensors);
});

// Planted bugs: the batch of the recording frozen into the graph, an error that names neither operation nor layer, another error class, for
// which training does not fall back to eager.
test.each<[string, (x: tf.Tensor) => tf.Tensor, kernel: string]>([
  ['dataSync', (x) => tf.scalar(tf.sum(x).dataSync()[0]), 'dataSync'],
  ['arraySync', (x) => tf.tensor(x.arraySync()), 'dataSync'],
  ['control flow by a value', (x) => ((tf.max(x).dataSync()[0] > 1 ? tf.relu(x) : tf.neg(x))), 'dataSync'], // prettier-ignore
])('refuses values read back: %s', (_, op, kernel) => {
  const error = refusalOf(inLayer(op));
  expect(error.kernel).toBe(kernel);
  expect(error.message).toMatch(/^record, in deep\/gate: expected .*, got "dataSync of what (Sum|Max|Square) computes"; .*tf\.where/); // prettier-ignore
});

test('refuses values of an input read back', () => {
  const error = refusalOf(() => record(({ inputs: { x } }) => ({ y: tf.scalar(x.dataSync()[0]) }), { inputs }));
  expect(error.message).toMatch(/^record: .*, got "dataSync of an input"/);
});

test('names the layer of what is read outside of any', () => {
  const read = (): Graph =>
    record(
      ({ inputs: { x } }) => {
        const gate = withScope('deep/gate', () => tf.sigmoid(x));
        return { y: tf.scalar(gate.dataSync()[0]) };
      },
      { inputs },
    );
  expect(refusalOf(read).message).toMatch(/^record, in deep\/gate: .*"dataSync of what Sigmoid computes"/);
});

test('constants may be read', () => {
  const graph = record(
    ({ inputs: { x } }) => {
      const known = [tf.tensor1d([1, 2, 3]), tf.fill([3], 2), tf.range(0, 3), tf.onesLike(tf.zeros([3]))];
      const read = known.map((constant) => [...constant.dataSync()]);
      expect(read).toEqual([[1, 2, 3], [2, 2, 2], [0, 1, 2], [1, 1, 1]]); // prettier-ignore
      return { y: tf.mul(x, read[0][2]) };
    },
    { inputs },
  );
  expect(graph.nodes).toHaveLength(1);
});

test('refuses a function that waits', () => {
  const silent = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const error = refusalOf(
    () =>
    record((async ({ inputs: { x } }: { inputs: Record<string, tf.Tensor> }) => ({ y: tf.scalar((await x.data())[0]) })) as never, { inputs }), // prettier-ignore
  );
  expect(error.message).toMatch(/^record: expected a function that returns tensors, got "a promise"/);
  silent.mockRestore();
});

// Planted bugs: one draw frozen into the graph, the seed 0 (which tfjs takes for none here) let through, a seeded draw refused.
test.each<[string, (x: tf.Tensor) => tf.Tensor]>([
  ['randomUniform', (x) => tf.mul(x, tf.randomUniform(x.shape))],
  ['randomNormal', (x) => tf.add(x, tf.randomNormal(x.shape, 0, 1, 'float32', 0))],
  ['randomNormal', (x) => tf.add(x, tf.randomNormal(x.shape))],
  ['truncatedNormal', (x) => tf.add(x, tf.truncatedNormal(x.shape))],
  ['randomGamma', (x) => tf.add(x, tf.randomGamma(x.shape, 1))],
  ['randomNormal', (x) => tf.add(x, tf.randomStandardNormal(x.shape))],
  ['multinomial', (x) => tf.multinomial(x as tf.Tensor2D, 2)],
  ['rand', (x) => tf.mul(x, tf.rand(x.shape, Math.random))],
])('refuses random numbers without a seed: %s', (name, op) => {
  const error = refusalOf(inLayer(op));
  expect(error.message).toMatch(/^record, in deep\/gate: .*, got "\w+ without a seed"; .*dropoutMask/);
  expect(error.kernel).toBe(name);
});

test('refuses dropout without a seed, and takes one with a seed', () => {
  const error = refusalOf(inLayer((x) => tf.dropout(x, 0.5)));
  expect(error.message).toMatch(/^record, in deep\/gate: .*without a seed/);
  const graph = inLayer((x) => tf.dropout(x, 0.5, undefined, 7))();
  const eager = tf.tidy(() => [...tf.dropout(tf.ones([4, 3]), 0.5, undefined, 7).dataSync()].map((kept) => kept > 0));
  const masks = [...graph.constants.values()].flatMap((constant) => (constant.kind === 'array' ? [constant.data] : []));
  expect(masks.length).toBeGreaterThan(0);
  // The draws themselves are the constant: those of at least the rate are kept.
  expect([...masks[0]].map((draw) => Math.floor(draw + 0.5) > 0)).toEqual(eager);
});

// Planted bug: tfjs's own message, which speaks of a backend that the user never chose.
test('refuses kernels that cannot be recorded, with a reason', () => {
  const error = refusalOf(inLayer((x) => tf.unique(x, 0).values));
  expect(error.kernel).toBe('Unique');
  expect(error.message).toMatch(/^record, in deep\/gate: expected kernels that can be recorded, got "Unique"; the shape of its result/); // prettier-ignore
});

test('names the layer whose gradient cannot be recorded', () => {
  const gradient = (): Graph =>
    record(
      ({ inputs: { x } }) => {
        const f = (v: tf.Tensor): tf.Tensor =>
          withScope('deep/gate', () =>
            tf.customGrad((w) => {
              const y = tf.square(w as tf.Tensor);
              return { value: y, gradFunc: () => tf.cast(tf.unique(y, 0).values, 'float32') };
            })(v),
          );
        return { g: tf.grad(f)(x) };
      },
      { inputs },
    );
  expect(refusalOf(gradient).message).toMatch(/^record, in grad deep\/gate: .*"Unique"/);
});

test('refuses kernels that tfjs does not know', () => {
  const error = refusalOf(inLayer((x) => tf.engine().runKernel<tf.Tensor>('MyKernel', { x })));
  expect(error.kernel).toBe('MyKernel');
});

test('refuses texts and complex numbers', () => {
  expect(refusalOf(inLayer((x) => tf.add(x, tf.cast(tf.tensor1d(['a']), 'float32')))).message).toMatch(/got "string in a constant"/); // prettier-ignore
  expect(refusalOf(inLayer((x) => tf.real(tf.complex(x, x)))).message).toMatch(/got "Complex"/);
});

test('refuses a batch size that decides what is computed', () => {
  const byBatch = (B: number): Graph =>
    record(({ inputs: { x } }) => ({ y: withScope('deep/gate', () => (B > 10 ? tf.relu(x) : tf.neg(x))) }), { inputs: specs({ x: [B, 3] }) }); // prettier-ignore
  expect(refusalOf(() => recordForAnyBatch(byBatch)).message).toMatch(
    /^Neg in deep\/gate: expected the same operations/,
  );
});

test('an operation without a lowering names its layer', () => {
  const graph = inLayer((x) => tf.sin(x))();
  const unknown = { ...graph, nodes: graph.nodes.map((node) => (node.op === 'Sin' ? { ...node, op: 'Sinus' } : node)) };
  const error = refusalOf(() => lower(unknown));
  expect(error.message).toMatch(/"Sinus"; .*deep\/gate/);
  expect(printGraph(unknown)).toMatch(/Sinus\(%\d+\) {2}# deep\/gate/);
});

// Planted bug: windows of volumes that tfjs lets begin inside, lowered as if they began at the edge.
test('a case that a lowering does not cover names its layer', () => {
  const graph = record(
    ({ inputs: { x } }) => ({
      y: withScope('deep/gate', () =>
        tf.maxPool3d(tf.reshape<tf.Rank.R5>(x, [1, 4, 3, 1, 1]), [1, 1, 1], [2, 1, 1], 'same'),
      ),
    }),
    { inputs },
  );
  expect(refusalOf(() => lower(graph)).message).toMatch(/^MaxPool3D, in deep\/gate: expected strides that the window covers, got "2 x 1 x 1"; /); // prettier-ignore
});

// tfjs counts data of kernels that make tensors on the way and reports leaks when it tests itself.
test('kernels that are recorded as several leave nothing behind', () => {
  tf.env().set('IS_TEST', true);
  const graph = record(
    ({ inputs: { x } }) => ({
      y: tf.fused.matMul({ a: x, b: tf.ones([3, 2]), bias: tf.ones([2]), activation: 'relu' }),
      z: tf.einsum('ij,kj->ik', x, x),
    }),
    { inputs },
  );
  tf.env().set('IS_TEST', false);
  expect(graph.nodes.map(({ op }) => op).filter((op) => op !== 'Reshape')).toEqual([
    'BatchMatMul',
    'Add',
    'Relu',
    'Transpose',
    'BatchMatMul',
  ]);
});
