import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { evaluate, randomProgram, roundingBounds, runProgram, runWithGradients } from '@ctrflow/testkit';
import type { Program as RandomProgram } from '@ctrflow/testkit';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { optimize, passes, printGraph } from '../src/index';
import type { Graph, PassName } from '../src/index';
import { deadCode } from '../src/passes/dead-code';
import { within } from './differential/compare';
import { filled } from './differential/draws';
import type { Filled } from './exact';
import { recordProgram, runProgram as runCompiled } from './run-graph';
import type { Program } from './run-graph';

beforeAll(() => tf.setBackend('cpu'));

const float = (...shape: number[]): Pick<Filled, 'shape' | 'dtype'> => ({ shape, dtype: 'float32' });

/** A small graph for each thing that a pass does. */
const firing: readonly (readonly [PassName, string, readonly Pick<Filled, 'shape' | 'dtype'>[], Program])[] = [
  ['dead-code', 'a result that nobody asks for', [float(2)], ([x]) => [tf.tidy(() => (tf.exp(x), tf.neg(x)))]],
  ['reshapes', 'a reshape of a reshape', [float(2, 6)], ([x]) => tf.neg(tf.reshape(tf.reshape(x, [3, 4]), [12]))],
  ['reshapes', 'a reshape and back', [float(2, 6)], ([x]) => tf.neg(tf.reshape(tf.reshape(x, [3, 4]), [2, 6]))],
  ['reshapes', 'transposes that undo each other', [float(2, 3, 4)], ([x]) => tf.neg(tf.transpose(tf.transpose(x, [1, 2, 0]), [2, 0, 1]))], // prettier-ignore
  ['reshapes', 'transposes that become one', [float(2, 3, 4)], ([x]) => tf.transpose(tf.transpose(x, [1, 2, 0]), [1, 0, 2])], // prettier-ignore
  ['reshapes', 'a transpose before a product', [float(2, 3), float(2, 4)], ([a, b]) => tf.matMul(tf.transpose(a, [1, 0]), b)], // prettier-ignore
  ['reshapes', 'a cast to the same type', [float(2)], ([x]) => tf.neg(tf.engine().runKernel<tf.Tensor>('Cast', { x }, { dtype: 'float32' }))], // prettier-ignore
  ['algebra', 'neutral elements', [float(2, 3)], ([x]) => tf.neg(tf.sub(tf.add(tf.div(tf.mul(x, 1), 1), 0), 0))],
  ['algebra', 'a neutral element that broadcasts', [float(3)], ([x]) => tf.neg(tf.mul(x, tf.ones([2, 3])))],
  ['algebra', 'a square', [float(3)], ([x]) => tf.pow(x, 2)],
  ['algebra', 'a division by a power of two', [float(3)], ([x]) => tf.div(x, 8)],
  ['algebra', 'two scales', [float(3)], ([x]) => tf.mul(tf.mul(x, 3), 0.5)],
  ['algebra', 'a sum over an axis of length 1', [float(3, 1)], ([x]) => tf.sum(x, 1)],
  ['algebra', 'a sum of one', [float(3)], ([x]) => tf.neg(tf.engine().runKernel<tf.Tensor>('AddN', [x] as never))],
  ['broadcasts', 'a tile that the sum does itself', [float(4, 3), float(1, 3)], ([x, y]) => tf.add(x, tf.tile(y, [4, 1]))], // prettier-ignore
  ['broadcasts', 'a constant that is one number', [float(4, 3)], ([x]) => tf.maximum(x, tf.fill([4, 3], 2))],
  ['fold-constants', 'a product of constants', [float(2)], ([x]) => tf.add(x, tf.mul(tf.tensor([1, 2]), tf.tensor([3, 4])))], // prettier-ignore
  ['fold-constants', 'a reshape of one number everywhere', [float(4)], ([x]) => tf.div(x, tf.reshape(tf.fill([2, 2], 3), [4]))], // prettier-ignore
  ['fold-constants', 'a reshape that another pass joined', [float(2, 2)], ([x]) => tf.add(x, tf.reshape(tf.reshape(tf.tensor([1, 2, 3, 4]), [4, 1]), [2, 2]))], // prettier-ignore
  ['softplus', 'log1p of exp', [float(2)], ([x]) => tf.log1p(tf.exp(x))],
  ['relu-gradient', 'the step of what relu saw', [float(2)], ([x]) => [tf.relu(x), tf.step(x)]],
  ['joined-pads', 'the gradient of what was cut in two', [float(2, 5)], ([x]) => tf.grad((t: tf.Tensor) => tf.sum(tf.mul(tf.sigmoid(tf.slice(t, [0, 0], [2, 2])), tf.sum(tf.tanh(tf.slice(t, [0, 2], [2, 3]))))))(x)], // prettier-ignore
  ['joined-pads', 'the second part first', [float(3, 2), float(1, 2)], ([x, y]) => tf.add(tf.pad(y, [[3, 0], [0, 0]]), tf.pad(x, [[0, 1], [0, 0]]))], // prettier-ignore
  ['common-subexpressions', 'the same twice', [float(2)], ([x]) => tf.add(tf.exp(x), tf.exp(x))],
  ['common-subexpressions', 'equal constants', [float(2)], ([x]) => tf.add(tf.mul(x, tf.tensor([1, 2])), tf.mul(x, tf.tensor([1, 2])))], // prettier-ignore
  ['leading-sums', 'a sum over the batch', [float(70, 3)], ([x]) => tf.sum(x, 0)],
  ['leading-sums', 'a mean over two axes', [float(10, 7, 3)], ([x]) => tf.mean(x, [0, 1])],
  ['gemm', 'a product and its bias', [float(2, 3), float(3, 4), float(4)], ([x, w, b]) => tf.add(tf.matMul(x, w), b)],
  ['gemm', 'a transposed product', [float(3, 2), float(4, 3), float(4)], ([x, w, b]) => tf.add(tf.matMul(x, w, true, true), b)], // prettier-ignore
  ['gemm', 'a bias first', [float(2, 3), float(3, 4), float(1, 4)], ([x, w, b]) => tf.add(b, tf.matMul(x, w))],
];

describe('each pass, where it fires', () => {
  test('every pass is shown', () => {
    expect(new Set(firing.map(([name]) => name))).toEqual(new Set(Object.keys(passes)));
  });

  test.each(firing)('%s: %s', (name, _, inputs, program) => {
    const before = recordProgram(inputs, program);
    const after = deadCode(passes[name](before));
    expect(printGraph(after)).not.toBe(name === 'dead-code' ? printGraph(before) : printGraph(deadCode(before)));
    expect(`\n${printGraph(before)}\n\n${printGraph(after)}\n`).toMatchSnapshot();
  });
});

/** Near misses: what a pass must leave alone. Each is a bug that was planted in the pass and that this found. */
const untouched: readonly (readonly [PassName, string, readonly Pick<Filled, 'shape' | 'dtype'>[], Program])[] = [
  ['algebra', '0 - x is not x', [float(2)], ([x]) => tf.sub(0, x)],
  ['algebra', '1 / x is not x', [float(2)], ([x]) => tf.div(1, x)],
  ['algebra', 'x / 3 is no product', [float(2)], ([x]) => tf.div(x, 3)],
  ['algebra', 'x^3 is no square', [float(2)], ([x]) => tf.pow(x, 3)],
  ['algebra', 'a scale that is a result itself', [float(2)], ([x]) => tf.tidy(() => { const y = tf.mul(x, 3); return [y, tf.mul(y, 0.1)]; })], // prettier-ignore
  ['algebra', 'a sum over an axis of length 2', [float(3, 2)], ([x]) => tf.sum(x, 1)],
  ['broadcasts', 'a tile that repeats', [float(4), float(2)], ([x, y]) => tf.add(x, tf.tile(y, [2]))],
  ['softplus', 'log1p of something else', [float(2)], ([x]) => tf.log1p(tf.square(x))],
  ['relu-gradient', 'the step of something else', [float(2)], ([x]) => [tf.relu(x), tf.step(tf.neg(x))]],
  ['relu-gradient', 'a step beside another function', [float(2)], ([x]) => [tf.neg(x), tf.step(x)]],
  ['relu-gradient', 'a step with a slope', [float(2)], ([x]) => [tf.relu(x), tf.step(x, 0.2)]],
  ['joined-pads', 'padded with ones', [float(2), float(3)], ([x, y]) => tf.add(tf.pad(x, [[0, 3]], 1), tf.pad(y, [[2, 0]]))], // prettier-ignore
  ['joined-pads', 'zeros between them', [float(2), float(3)], ([x, y]) => tf.add(tf.pad(x, [[0, 4]]), tf.pad(y, [[3, 0]]))], // prettier-ignore
  ['joined-pads', 'an element that both have', [float(3), float(3)], ([x, y]) => tf.add(tf.pad(x, [[0, 2]]), tf.pad(y, [[2, 0]]))], // prettier-ignore
  ['joined-pads', 'zeros after the second', [float(2), float(2)], ([x, y]) => tf.add(tf.pad(x, [[0, 2]]), tf.pad(y, [[1, 1]]))], // prettier-ignore
  ['joined-pads', 'zeros before the first', [float(2), float(2)], ([x, y]) => tf.add(tf.pad(x, [[1, 2]]), tf.pad(y, [[3, 0]]))], // prettier-ignore
  ['joined-pads', 'zeros on both sides', [float(1), float(2)], ([x, y]) => tf.add(tf.pad(x, [[1, 2]]), tf.pad(y, [[1, 1]]))], // prettier-ignore
  ['joined-pads', 'other axes', [float(2, 4), float(4, 2)], ([x, y]) => tf.add(tf.pad(x, [[0, 2], [0, 0]]), tf.pad(y, [[0, 0], [2, 0]]))], // prettier-ignore
  ['common-subexpressions', 'other attributes', [float(2, 2)], ([x]) => [tf.sum(x, 0), tf.sum(x, 1)]],
  ['common-subexpressions', 'constants of other signs of zero', [float(2)], ([x]) => [tf.div(x, tf.tensor([0, 1])), tf.div(x, tf.tensor([-0, 1]))]], // prettier-ignore
  ['common-subexpressions', 'constants that begin alike', [float(2)], ([x]) => [tf.add(x, tf.tensor([1, 2])), tf.add(x, tf.tensor([1, 3]))]], // prettier-ignore
  ['gemm', 'a bias that stretches the product', [float(1, 3), float(3, 1), float(1, 4)], ([x, w, b]) => tf.add(tf.matMul(x, w), b)], // prettier-ignore
  ['gemm', 'a matrix of biases', [float(2, 3), float(3, 4), float(2, 4)], ([x, w, b]) => tf.add(tf.matMul(x, w), b)],
  ['leading-sums', 'few rows', [float(8, 3)], ([x]) => tf.sum(x, 0)],
  ['leading-sums', 'the last axis', [float(70, 3)], ([x]) => tf.sum(x, 1)],
  ['leading-sums', 'whole numbers', [{ shape: [70, 3], dtype: 'int32' }], ([x]) => tf.sum(x, 0)],
  ['gemm', 'a bias for every row', [float(2, 3), float(3, 4), float(2, 1)], ([x, w, b]) => tf.add(tf.matMul(x, w), b)],
  ['gemm', 'a product that is a result itself', [float(2, 3), float(3, 4), float(4)], ([x, w, b]) => tf.tidy(() => { const y = tf.matMul<tf.Tensor>(x, w); return [y, tf.add(y, b)]; })], // prettier-ignore
  ['gemm', 'batches of matrices', [float(2, 2, 3), float(2, 3, 4), float(4)], ([x, w, b]) => tf.add(tf.matMul(x, w), b)], // prettier-ignore
];

test.each(untouched)('%s leaves alone: %s', (name, _, inputs, program) => {
  const graph = recordProgram(inputs, program);
  expect(printGraph(passes[name](graph))).toBe(printGraph(graph));
});

/** Passes that only move work: results are the same bits. The others round in other places; their bounds are below. */
const exactPasses = ['dead-code', 'reshapes', 'broadcasts', 'relu-gradient', 'common-subexpressions'] as const;
const numRuns = Number(process.env.CTRFLOW_RUNS ?? 25);

/** A random program, with gradients where tfjs has them. */
function differentiated(program: RandomProgram): Program {
  const withGradients = (inputs: readonly tf.Tensor[]): tf.Tensor[] => runWithGradients(program, inputs);
  try {
    evaluate(withGradients, program.inputs);
    return withGradients;
  } catch {
    return (inputs) => runProgram(program, inputs); // a function that tfjs cannot differentiate
  }
}

describe('random programs with and without each pass', () => {
  test.each(Object.keys(passes) as PassName[])('%s', async (name) => {
    const property = fc.asyncProperty(fc.nat(), fc.integer({ min: 1, max: 14 }), async (seed, numSteps) => {
      const drawn = randomProgram(`${name}${seed}`, { numSteps });
      const program = differentiated(drawn);
      const graph = recordProgram(drawn.inputs, program);
      const [given, without] = await Promise.all([runCompiled(optimize(graph), drawn.inputs), runCompiled(optimize(graph, { without: [name] }), drawn.inputs)]); // prettier-ignore
      if ((exactPasses as readonly string[]).includes(name)) expect(given).toEqual(without);
      const wanted = evaluate(program as never, drawn.inputs);
      const bounds = roundingBounds(program as never, drawn.inputs, wanted);
      given.forEach(({ data }, i) => {
        data.forEach((x, k) => {
          expect(within(x, without[i].data[k], bounds[i]), `result ${i}, element ${k}: ${x} and ${without[i].data[k]}`).toBe(true); // prettier-ignore
        });
      });
    });
    await fc.assert(property, { numRuns, seed: 1 });
  });
});

const ROUNDOFF = 2 ** -24;

/** Results with and without a pass on a tensor, which must differ by no more than the bound of each element. */
async function bounded(
  name: PassName,
  x: Filled,
  program: Program,
  bound: (element: number, results: readonly number[]) => number,
): Promise<void> {
  const graph: Graph = recordProgram([x], program);
  const changed = deadCode(passes[name](graph));
  expect(printGraph(changed)).not.toBe(printGraph(graph));
  const [[given], [without]] = [await runCompiled(changed, [x]), await runCompiled(graph, [x])];
  given.data.forEach((value, k) => {
    expect(within(value, without.data[k], bound(k, without.data)), `${value} and ${without.data[k]}`).toBe(true);
  });
}

describe('bounds of the passes that round in other places', () => {
  const run = (property: (x: Filled) => Promise<void>, shape: readonly number[]): Promise<void> =>
    fc.assert(fc.asyncProperty(filled(shape, 'float32', { min: -4, max: 4 }), property), { numRuns: 10, seed: 1 });

  // Two sums of n terms in any order differ by at most 2 (n - 1) u sum |x|; with a mean each term is scaled, which rounds once more.
  test.each([['sum', 1] as const, ['mean', 1 / 70] as const])('leading-sums: %s', (reduce, scale) =>
    run(
      (x) =>
        bounded('leading-sums', x, ([t]) => tf[reduce](t, 0), (column) => {
          const terms = x.data.filter((_, i) => i % 3 === column);
          return 2 * 72 * ROUNDOFF * scale * terms.reduce((total, term) => total + Math.abs(term), 0) * 1.001;
        }),
      [70, 3],
    ),
  ); // prettier-ignore

  // (x c) d has two roundings, x (c d) two as well: 4 u.
  test('algebra: scales', () =>
    run((x) => bounded('algebra', x, ([t]) => tf.mul(tf.mul(t, 0.3), 0.7), (k, all) => 4.001 * ROUNDOFF * Math.abs(all[k])), [7])); // prettier-ignore

  // A division by a power of two and its product, a square, neutral elements: the same bits.
  test.each<[string, Program]>([
    ['x / 8', ([t]) => tf.div(t, 8)],
    ['x^2', ([t]) => tf.pow(t, 2)],
    ['x 1 + 0', ([t]) => tf.add(tf.mul(t, 1), 0)],
  ])('algebra: %s', (_, program) => run((x) => bounded('algebra', x, program, () => 0), [7]));

  // softplus(x) = log(1 + exp(x)): an argument rounded once, and log within 4 u on both sides.
  test('softplus', () =>
    run((x) => bounded('softplus', x, ([t]) => tf.log1p(tf.exp(t)), (k, all) => (2 + 16 * Math.abs(all[k])) * ROUNDOFF), [7])); // prettier-ignore

  // x W + b: the bias is added first or last; K + 1 terms in any order.
  test('gemm', () => {
    const w = tf.tensor([0.3, -0.7, 1.1, 0.9, 0.2, -1.3], [3, 2]);
    const b = tf.tensor([0.7, -0.1]);
    const [weights, bias] = [[...w.dataSync()], [...b.dataSync()]];
    return run(
      (x) =>
        bounded('gemm', x, ([t]) => tf.add(tf.matMul(t, w), b), (k) => {
          const terms = [0, 1, 2].map((i) => x.data[3 * Math.floor(k / 2) + i] * weights[2 * i + (k % 2)]);
          return 2 * 5 * ROUNDOFF * [...terms, bias[k % 2]].reduce((total, term) => total + Math.abs(term), 0);
        }),
      [4, 3],
    ); // prettier-ignore
  });
});
