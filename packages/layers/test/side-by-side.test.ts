import '@tensorflow/tfjs-backend-cpu';
import { env, tensor } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { flatten, sideBySide } from '../src/index';

env().set('PROD', true); // no banner

test('flatten puts the vectors of a row one after the other', () => {
  const flat = flatten(tensor([[[1, 2], [3, 4], [5, 6]], [[7, 8], [9, 10], [11, 12]]])); // prettier-ignore
  expect(flat.arraySync()).toEqual([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]]); // prettier-ignore
  expect(
    flatten(
      tensor([
        [
          [[1], [2]],
          [[3], [4]],
        ],
      ]),
    ).arraySync(),
  ).toEqual([[1, 2, 3, 4]]);
});

// Fails for: an axis that is right for matrices only.
test('sideBySide joins along the last axis, and leaves one alone', () => {
  const rows = [tensor([[1], [2]]), tensor([[3, 4], [5, 6]])] as Tensor2D[]; // prettier-ignore
  expect(sideBySide(rows).arraySync()).toEqual([[1, 3, 4], [2, 5, 6]]); // prettier-ignore
  const lists = [tensor([[[1], [2]]]), tensor([[[3], [4]]])] as Tensor3D[];
  expect(sideBySide(lists).arraySync()).toEqual([[[1, 3], [2, 4]]]); // prettier-ignore
  expect(sideBySide([rows[0]])).toBe(rows[0]);
});
