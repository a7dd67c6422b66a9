import type { DType } from '../../src/index';
import { ROUNDOFF, add, approximate, exact, mul, rounded } from '../bounded';
import type { Bounded } from '../bounded';
import { broadcastAt, broadcastShape, build } from '../exact';
import type { Exact, Filled } from '../exact';

/** A function of one number; a bare number is what the nearest float32 must be. */
export type Unary = (x: number) => Bounded | number;
/** A function of two numbers. */
export type Binary = (a: number, b: number) => Bounded | number;

/** A function applied to every element. */
export function each(x: Filled, f: Unary, dtype: DType = x.dtype): Exact {
  return build(x.shape, dtype, (place) => f(broadcastAt(x, place)));
}

/** A function applied to every pair of elements, broadcast. */
export function eachPair(a: Filled, b: Filled, f: Binary, dtype: DType = a.dtype): Exact {
  return build(broadcastShape(a.shape, b.shape), dtype, (place) => f(broadcastAt(a, place), broadcastAt(b, place)));
}

/** `erf` by its series (|x| < 3) and the continued fraction of `erfc` (Abramowitz and Stegun, 7.1.5 and 7.1.14). */
export function erf(x: number): number {
  if (Number.isNaN(x)) return x;
  const z = Math.abs(x);
  if (z > 6) return Math.sign(x);
  if (z < 3) {
    let term = z;
    let total = z;
    for (let n = 1; n < 200; n++) {
      term *= -(z * z) / n;
      total += term / (2 * n + 1);
    }
    return (Math.sign(x) * 2 * total) / Math.sqrt(Math.PI);
  }
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-z * z) / (Math.sqrt(Math.PI) * fraction));
}

/** The nearest integer, the even one of two. */
export function roundToEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor;
  if (rest !== 0.5) return rest < 0.5 ? floor : floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

const smooth =
  (f: (x: number) => number, units: number, absolute = 0): Unary =>
  (x) =>
    approximate(f(x), units, absolute);

/** `exp(x) - 1` as a difference: what is left of the rounding errors of `exp(x)` and 1 where x is small. */
const exponentialLess1 = (x: number): Bounded => ({ value: Math.expm1(x), error: 4 * ROUNDOFF * (Math.exp(x) + 1) });

/**
 * Functions of one number. Units of roundoff are what the functions of ONNX Runtime promise: those of the C library and of Eigen are within 2 units, its own
 * polynomials (`exp`, `tanh`, `erf`; onnxruntime/core/mlas/lib) within 4. The logistic function is computed as 1/2 plus an odd function, so that its error is
 * one of 1/2 where it is small.
 */
export const unary: Readonly<Record<string, Unary>> = {
  Abs: Math.abs,
  Acos: smooth(Math.acos, 4),
  Acosh: smooth(Math.acosh, 4),
  Asin: smooth(Math.asin, 4),
  Asinh: smooth(Math.asinh, 4),
  Atan: smooth(Math.atan, 4),
  Atanh: smooth(Math.atanh, 4),
  Ceil: Math.ceil,
  Cos: smooth(Math.cos, 4),
  Cosh: smooth(Math.cosh, 4),
  Elu: (x) => (x >= 0 ? x : exponentialLess1(x)),
  Erf: smooth(erf, 6),
  Exp: smooth(Math.exp, 4),
  Expm1: smooth(Math.expm1, 12),
  Floor: Math.floor,
  Identity: (x) => x,
  Log: smooth(Math.log, 4),
  Log1p: smooth(Math.log1p, 12),
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(0, x),
  Relu6: (x) => Math.min(Math.max(0, x), 6),
  Round: roundToEven,
  Rsqrt: (x) => rounded(1 / Math.sqrt(x), (2 * ROUNDOFF) / Math.sqrt(x)),
  Selu: (x) => {
    const scale = exact(1.0507009873554805);
    if (x >= 0) return mul(add(scale, exact(0)), exact(x));
    const { value, error } = exponentialLess1(x);
    const factor = 1.0507009873554805 * 1.6732632423543772;
    return { value: factor * value, error: factor * (error + 4 * ROUNDOFF * Math.abs(value)) };
  },
  Sigmoid: smooth((x) => 1 / (1 + Math.exp(-x)), 4, ROUNDOFF),
  Sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : x),
  Sin: smooth(Math.sin, 4),
  Sinh: smooth(Math.sinh, 4),
  // log(1 + exp(x)), whose 1 + exp(x) is rounded
  Softplus: smooth((x) => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x))), 6, 2 * ROUNDOFF),
  Sqrt: Math.sqrt,
  Square: (x) => x * x,
  Tan: smooth(Math.tan, 4),
  Tanh: smooth(Math.tanh, 4),
};

/** Tests of one number. */
export const tests: Readonly<Record<string, (x: number) => number>> = {
  IsNan: (x) => Number(Number.isNaN(x)),
  IsInf: (x) => Number(x === Infinity || x === -Infinity),
  IsFinite: (x) => Number(Number.isFinite(x)),
  LogicalNot: (x) => Number(x === 0),
};

/** Functions of two numbers. */
export const binary: Readonly<Record<string, Binary>> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  FloorDiv: (a, b) => Math.floor(a / b),
  Mod: (a, b) => {
    const rest = a % b;
    return rest !== 0 && rest < 0 !== b < 0 ? rounded(rest + b) : rest;
  },
  Maximum: Math.max,
  Minimum: Math.min,
  Pow: (a, b) => approximate(a ** b, 4),
  SquaredDifference: (a, b) => {
    const difference = rounded(a - b);
    return mul(difference, difference);
  },
  Atan2: (a, b) => approximate(Math.atan2(a, b), 4),
};

/** Comparisons and logic of two numbers. */
export const relations: Readonly<Record<string, (a: number, b: number) => number>> = {
  Greater: (a, b) => Number(a > b),
  GreaterEqual: (a, b) => Number(a >= b),
  Less: (a, b) => Number(a < b),
  LessEqual: (a, b) => Number(a <= b),
  Equal: (a, b) => Number(a === b),
  NotEqual: (a, b) => Number(a !== b),
  LogicalAnd: (a, b) => Number(a !== 0 && b !== 0),
  LogicalOr: (a, b) => Number(a !== 0 || b !== 0),
  LogicalXor: (a, b) => Number((a !== 0) !== (b !== 0)),
};
