import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { optimize } from '../src/index';
import type { Filled } from './exact';
import { recordProgram, runEagerly, runProgram } from './run-graph';
import type { Program } from './run-graph';

beforeAll(() => tf.setBackend('cpu'));

const numbers = (...data: number[]): Filled => ({ shape: [data.length], dtype: 'float32', data });

/** What docs/reference/special-values.md says of compiled results that differ from eager ones, where they do not depend on an element's place. */
test.each<[string, Program, readonly Filled[], readonly number[], readonly number[]]>([
  ['Step of NaN', ([x]) => tf.step(x), [numbers(NaN, 1)], [0, 1], [NaN, 1]],
  ['Sign of NaN', ([x]) => tf.sign(x), [numbers(NaN, -2)], [NaN, -1], [0, -1]],
  ['Pow of 1 by NaN', ([x, y]) => tf.pow(x, y), [numbers(1), numbers(NaN)], [1], [NaN]],
  ['Atan2 of infinities', ([y, x]) => tf.atan2(y, x), [numbers(Infinity), numbers(Infinity)], [NaN], [Math.fround(Math.PI / 4)]], // prettier-ignore
])('%s', async (_, program, inputs, compiled, eager) => {
  const [result] = await runProgram(optimize(recordProgram(inputs, program)), inputs);
  expect(result.data).toEqual(compiled);
  expect(runEagerly(program, inputs)[0].data).toEqual(eager);
});

test('a gradient that is NaN passes the mask of ReLU as NaN', async () => {
  const inputs = [numbers(NaN, 1), numbers(NaN, 2)];
  const program: Program = ([x, dy]) => tf.grad((t: tf.Tensor) => tf.relu(t))(x, dy);
  const [result] = await runProgram(optimize(recordProgram(inputs, program)), inputs);
  expect(result.data).toEqual([NaN, 2]);
});
