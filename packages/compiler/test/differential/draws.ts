import fc from 'fast-check';
import type { DType } from '../../src/index';
import { broadcastShape, sizeOf } from '../exact';
import type { Filled } from '../exact';

/** What elements are drawn from. */
export interface Domain {
  readonly min?: number;
  readonly max?: number;
  /** Numbers that are drawn often besides; they may lie outside of `min` and `max`. */
  readonly special?: readonly number[];
}

/** What functions of one number stumble over: both zeros, infinities, NaN, the largest number, one below the normal ones. */
export const extremes = [
  0,
  -0,
  NaN,
  Infinity,
  -Infinity,
  Math.fround(1e-40),
  Math.fround(1e30),
  Math.fround(-1e30),
] as const;

/** Any float32 number of everyday size, and all extremes. */
export const anything: Domain = { min: -100, max: 100, special: extremes };

/** Everyday numbers and infinities, no NaN: for what has an order. */
export const ordered: Domain = { min: -100, max: 100, special: [0, -0, Infinity, -Infinity, 1, 1, 1, 2] };

/** Numbers whose sums and products stay far from overflow, with ties. */
export const finite: Domain = { min: -4, max: 4, special: [0, -0, 1, -1, 0.5] };

/** Multiples of 2^-20, evenly spread (`fc.float` draws mostly numbers near 0); they shrink to 0. */
const float32 = (min: number, max: number): fc.Arbitrary<number> =>
  fc
    .integer({ min: Math.ceil(min * 2 ** 20), max: Math.floor(max * 2 ** 20) })
    .map((steps) => Math.fround(steps / 2 ** 20));

function element(dtype: DType, { min = -4, max = 4, special = [] }: Domain): fc.Arbitrary<number> {
  if (dtype === 'bool') return fc.integer({ min: 0, max: 1 });
  if (dtype === 'int32') return fc.integer({ min: Math.ceil(min), max: Math.floor(max) });
  const small = { weight: 2, arbitrary: fc.integer({ min: Math.ceil(Math.max(min, -3)), max: Math.floor(Math.min(max, 3)) }) }; // prettier-ignore
  const drawn = { weight: 4, arbitrary: float32(min, max) };
  const choices = Math.max(min, -3) <= Math.min(max, 3) ? [drawn, small] : [drawn];
  return special.length === 0 ? fc.oneof(...choices) : fc.oneof(...choices, { weight: 2, arbitrary: fc.constantFrom(...special) }); // prettier-ignore
}

/** A length: 1 to 4, sometimes 0. */
export const dims: fc.Arbitrary<number> = fc.oneof(
  { weight: 14, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 1, arbitrary: fc.constant(0) },
);

/** Shapes of `minRank` to `maxRank` axes. */
export function shapes(minRank = 0, maxRank = 4, length: fc.Arbitrary<number> = dims): fc.Arbitrary<number[]> {
  return fc.array(length, { minLength: minRank, maxLength: maxRank });
}

/** A length that is not 0. */
export const positive: fc.Arbitrary<number> = fc.integer({ min: 1, max: 4 });

/** Elements for a shape. */
export function filled(shape: readonly number[], dtype: DType, domain: Domain = finite): fc.Arbitrary<Filled> {
  const size = sizeOf(shape);
  return fc
    .array(element(dtype, domain), { minLength: size, maxLength: size })
    .map((data) => ({ shape: [...shape], dtype, data }));
}

/** Tensors of any shape. */
export function tensors(dtype: DType, domain: Domain = anything): fc.Arbitrary<Filled> {
  return shapes().chain((shape) => filled(shape, dtype, domain));
}

/** The other operand's shape: leading axes left out, some of the others of length 1. */
function partOf(shape: readonly number[]): fc.Arbitrary<number[]> {
  return fc
    .tuple(
      fc.integer({ min: 0, max: shape.length }),
      fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }),
    ) // prettier-ignore
    .map(([skipped, ones]) => shape.map((dim, axis) => (ones[axis] ? 1 : dim)).slice(skipped));
}

/** Shapes that broadcast together; often neither has the result's shape. */
export function broadcasting(count: number, length: fc.Arbitrary<number> = dims): fc.Arbitrary<number[][]> {
  return shapes(0, 4, length)
    .chain((shape) => fc.tuple(...Array.from({ length: count }, () => fc.oneof(fc.constant(shape), partOf(shape)))))
    .filter((all) => {
      const shape = all.reduce(broadcastShape);
      return sizeOf(shape) <= 144;
    });
}

/** An axis of a tensor, counted from either end. */
export function axes(rank: number): fc.Arbitrary<number> {
  return fc.integer({ min: -rank, max: rank - 1 });
}
