import { add, cumprod, cumsum, mul, pad, reshape, reverse, slice, transpose, util } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradient } from './gradient';
import type { Gradient } from './gradient';

/** The sum of what comes after instead of before. */
const cumsumGradient = gradient('Cumsum', [], (dy, _, attrs) => {
  const { axis, exclusive, reverse: backward } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
  return { x: () => cumsum(dy, axis, exclusive, !backward) };
});

/** Moves everything `by` places towards the front along an axis; what enters at the end is `value`. */
function shifted(x: Tensor, axis: number, by: number, value: number): Tensor {
  const begin = x.shape.map((_, i) => (i === axis ? by : 0));
  const size = x.shape.map((length, i) => (i === axis ? length - by : length));
  const paddings = x.shape.map((_, i): [number, number] => [0, i === axis ? by : 0]);
  return pad(slice(x, begin, size), paddings, value);
}

/**
 * `r_j = u_j + f_j r_{j+1}` for all j at once, by doubling: after the step of distance s each r holds the terms of 2 s places. No division by x, so
 * zeros are exact.
 */
function recurrence(u: Tensor, f: Tensor, axis: number): Tensor {
  let [terms, factors] = [u, f];
  for (let by = 1; by < u.shape[axis]; by *= 2) {
    terms = add(terms, mul(factors, shifted(terms, axis, by, 0)));
    factors = mul(factors, shifted(factors, axis, by, 0));
  }
  return terms;
}

/** `dx_j = (product of all before j) sum_{i >= j} dy_i (product of all between j and i)`. */
function ofProducts(dy: Tensor, x: Tensor, axis: number, exclusive: boolean): Tensor {
  const before = cumprod(x, axis, true, false);
  const following = shifted(x, axis, 1, 0);
  // An exclusive product does not see its own place: its gradient comes from one place further.
  const seen = exclusive ? shifted(dy, axis, 1, 0) : dy;
  return mul(before, recurrence(seen, following, axis));
}

const cumprodGradient = gradient('Cumprod', ['x'], (dy, [x], attrs) => {
  const { axis: named, exclusive, reverse: backward } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
  const [axis] = util.parseAxisParam(named, x.shape);
  const turned = (tensor: Tensor): Tensor => (backward ? reverse(tensor, axis) : tensor);
  return { x: () => turned(ofProducts(turned(dy), turned(x), axis, exclusive)) };
});

/** The product of all others, with the reduced axes moved to the end and joined to one. */
const prodGradient = gradient('Prod', ['x'], (dy, [x], { axis: named }) => {
  const all = x.shape.map((_, i) => i);
  const reduced = util.parseAxisParam((named ?? all) as number[], x.shape);
  const kept = all.filter((axis) => !reduced.includes(axis));
  return {
    x: () => {
      const perm = [...kept, ...reduced];
      const rows = util.sizeFromShape(kept.map((axis) => x.shape[axis]));
      const length = util.sizeFromShape(reduced.map((axis) => x.shape[axis]));
      const flat = reshape(transpose(x, perm), [rows, length]);
      const others = mul(cumprod(flat, 1, true, false), cumprod(flat, 1, true, true));
      const moved = reshape(mul(reshape(dy, [rows, 1]), others), perm.map((axis) => x.shape[axis])); // prettier-ignore
      return transpose(moved, all.map((axis) => perm.indexOf(axis))); // prettier-ignore
    },
  };
});

/**
 * What accumulates along an axis. tfjs transposes the gradient of `cumsum` along any but the last axis once too often, has none for `cumprod`, and its
 * gradient of `prod` calls methods that only the union package has.
 */
export const cumulativeGradients: readonly Gradient[] = [cumsumGradient, cumprodGradient, prodGradient];
