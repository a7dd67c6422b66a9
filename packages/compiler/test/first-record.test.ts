import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { record } from '../src/index';

// Planted bug: the recorder stays the backend when tfjs had not chosen one yet. Nothing may touch a tensor before this test.
test('recording before anything else leaves tfjs with the backend that it would have taken', () => {
  record(({ inputs: { x } }) => ({ y: tf.relu(x) }), { inputs: { x: { shape: [2], dtype: 'float32' } } });
  expect(tf.getBackend()).toBe('cpu');
  expect([...tf.tidy(() => tf.relu(tf.tensor1d([-1, 2])).dataSync())]).toEqual([0, 2]);
});
