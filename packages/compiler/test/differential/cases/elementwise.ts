import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import type { DType } from '../../../src/index';
import { exact, mul, rounded } from '../../bounded';
import { broadcastAt, broadcastShape, build } from '../../exact';
import type { Exact, Filled } from '../../exact';
import { binary, each, eachPair, relations, tests, unary } from '../../oracles/elementwise';
import type { Unary } from '../../oracles/elementwise';
import { anything, broadcasting, extremes, filled, finite, ordered, positive, shapes, tensors } from '../draws';
import type { Domain } from '../draws';
import { kernelCase } from '../kernel-case';
import type { Call, KernelCase, KernelCases } from '../kernel-case';

type Drawn = fc.Arbitrary<Call<null>>;

const one = (dtype: DType, domain: Domain): Drawn => tensors(dtype, domain).map((x) => ({ inputs: [x], attrs: null }));

function two(dtype: DType, domain: Domain, second: Domain = domain): Drawn {
  return broadcasting(2)
    .chain(([a, b]) => fc.tuple(filled(a, dtype, domain), filled(b, dtype, second)))
    .map((inputs) => ({ inputs, attrs: null }));
}

/** A function of one number on a domain. */
function ofOne(name: string, f: (x: Tensor) => Tensor, domain: Domain = anything, also?: DType): KernelCase<never> {
  const draw = also === undefined ? one('float32', domain) : fc.oneof(one('float32', domain), one(also, finite));
  return kernelCase<null>({ draw, run: ([x]) => f(x), oracle: ([x]) => each(x, unary[name]) });
}

/** A function of two numbers. */
function ofTwo(name: string, f: (a: Tensor, b: Tensor) => Tensor, draw: Drawn, dtype?: DType): KernelCase<never> {
  return kernelCase<null>({ draw, run: ([a, b]) => f(a, b), oracle: ([a, b]) => eachPair(a, b, binary[name], dtype) });
}

const integers: Domain = { min: -50, max: 50 };
const arithmetic = fc.oneof(two('float32', anything), two('int32', integers));
/** Where `log(1 + x)` and `exp(x) - 1` lose the digits of x. */
const tiny = [1e-3, -1e-3, 1e-6, -1e-6].map(Math.fround);
const inside: Domain = { min: -1, max: 1, special: extremes };
/** In eighths, so that no remainder is so small that adding the divisor rounds to it. */
const inEighths = ({ inputs, attrs }: Call<null>): Call<null> => ({
  inputs: inputs.map((x) => ({ ...x, data: x.data.map((value) => Math.round(value * 8) / 8) })),
  attrs,
});
/** Divisors: whole ones are not 0, as division of whole numbers by 0 is left to the engine. */
const divisors: Domain = { min: 1, max: 9 };

const unaries: KernelCases = {
  Abs: ofOne('Abs', tf.abs, anything, 'int32'),
  Acos: ofOne('Acos', tf.acos, inside),
  Acosh: ofOne('Acosh', tf.acosh, { min: 1, max: 100, special: [1, Infinity, NaN] }),
  Asin: ofOne('Asin', tf.asin, inside),
  Asinh: ofOne('Asinh', tf.asinh, { min: -100, max: 100, special: [0, NaN, Infinity, -Infinity] }),
  Atan: ofOne('Atan', tf.atan),
  Atanh: ofOne('Atanh', tf.atanh, inside),
  Ceil: ofOne('Ceil', tf.ceil),
  Cos: ofOne('Cos', tf.cos, { min: -100, max: 100, special: [0, NaN, Infinity] }),
  Cosh: ofOne('Cosh', tf.cosh),
  Elu: ofOne('Elu', tf.elu),
  Erf: { ...ofOne('Erf', tf.erf), eagerDiffers: 'a formula with an error of 1.5e-7' },
  Exp: ofOne('Exp', tf.exp),
  Expm1: ofOne('Expm1', tf.expm1, { ...anything, special: [...tiny, ...extremes] }),
  Floor: ofOne('Floor', tf.floor),
  Identity: ofOne('Identity', (x) => tf.clone(x), anything, 'int32'),
  Log: ofOne('Log', tf.log),
  Log1p: ofOne('Log1p', tf.log1p, { min: -1, max: 100, special: [...tiny, ...extremes] }),
  Neg: ofOne('Neg', tf.neg, anything, 'int32'),
  Reciprocal: ofOne('Reciprocal', tf.reciprocal),
  Relu: ofOne('Relu', tf.relu),
  Relu6: ofOne('Relu6', tf.relu6, ordered),
  Round: ofOne('Round', tf.round, { min: -10, max: 10, special: [0.5, 1.5, 2.5, -0.5, -1.5, ...extremes] }),
  Rsqrt: ofOne('Rsqrt', tf.rsqrt),
  Selu: ofOne('Selu', tf.selu),
  Sigmoid: ofOne('Sigmoid', tf.sigmoid),
  Sign: ofOne('Sign', tf.sign, ordered, 'int32'),
  Sin: ofOne('Sin', tf.sin, { min: -100, max: 100, special: [0, NaN, Infinity] }),
  Sinh: ofOne('Sinh', tf.sinh),
  Softplus: ofOne('Softplus', tf.softplus),
  Sqrt: ofOne('Sqrt', tf.sqrt),
  Square: ofOne('Square', tf.square, anything, 'int32'),
  Tan: ofOne('Tan', tf.tan, { min: -100, max: 100, special: [0, NaN, Infinity] }),
  Tanh: ofOne('Tanh', tf.tanh),
};

function testOf(name: string, f: (x: Tensor) => Tensor, dtype: DType = 'float32'): KernelCase<never> {
  return kernelCase<null>({ draw: one(dtype, anything), run: ([x]) => f(x), oracle: ([x]) => each(x, tests[name], 'bool') }); // prettier-ignore
}

function relation(name: string, f: (a: Tensor, b: Tensor) => Tensor, truth = false): KernelCase<never> {
  return kernelCase<null>({
    draw: truth ? two('bool', {}) : fc.oneof(two('float32', anything), two('int32', finite), two('bool', {})),
    run: ([a, b]) => f(a, b),
    oracle: ([a, b]) => eachPair(a, b, relations[name], 'bool'),
  });
}

const withNumber = (
  domain: Domain,
  numbers: fc.Arbitrary<number>,
  f: (x: Tensor, number: number) => Tensor,
  oracle: (number: number) => Unary,
): KernelCase<never> =>
  kernelCase<number>({
    draw: fc.tuple(tensors('float32', domain), numbers).map(([x, attrs]) => ({ inputs: [x], attrs })),
    run: ([x], number) => f(x, number),
    oracle: ([x], number) => each(x, oracle(number)),
  });

const alphas = fc.constantFrom(0, 0.2, 0.01, 1, 2, -1);

/** Kernels that work element by element. */
export const elementwiseCases: KernelCases = {
  ...unaries,
  Add: ofTwo('Add', tf.add, arithmetic),
  Sub: ofTwo('Sub', tf.sub, arithmetic),
  Multiply: ofTwo('Multiply', tf.mul, arithmetic),
  RealDiv: ofTwo('RealDiv', tf.div, two('float32', anything)),
  FloorDiv: ofTwo('FloorDiv', tf.floorDiv, two('int32', { min: -(2 ** 31), max: 2 ** 31 - 1 }, divisors), 'int32'),
  Mod: ofTwo('Mod', tf.mod, two('float32', finite).map(inEighths)),
  'Mod#whole numbers': ofTwo('Mod', tf.mod, two('int32', integers, divisors)),
  Maximum: ofTwo('Maximum', tf.maximum, arithmetic),
  Minimum: ofTwo('Minimum', tf.minimum, arithmetic),
  Pow: ofTwo('Pow', tf.pow, fc.oneof(two('float32', { min: -4, max: 4, special: [0, 1, 2, -1, 2.5, Infinity] }, { min: -3, max: 3, special: [2, 0.5] }), two('int32', finite, { min: 0, max: 3 }))), // prettier-ignore
  SquaredDifference: ofTwo('SquaredDifference', tf.squaredDifference, arithmetic),
  Atan2: ofTwo('Atan2', tf.atan2, two('float32', { min: -4, max: 4, special: [0, 1, -1, NaN] })),
  IsNan: testOf('IsNan', tf.isNaN),
  IsInf: testOf('IsInf', tf.isInf),
  IsFinite: testOf('IsFinite', tf.isFinite),
  LogicalNot: testOf('LogicalNot', tf.logicalNot, 'bool'),
  Greater: relation('Greater', tf.greater),
  GreaterEqual: relation('GreaterEqual', tf.greaterEqual),
  Less: relation('Less', tf.less),
  LessEqual: relation('LessEqual', tf.lessEqual),
  Equal: relation('Equal', tf.equal),
  NotEqual: relation('NotEqual', tf.notEqual),
  LogicalAnd: relation('LogicalAnd', tf.logicalAnd, true),
  LogicalOr: relation('LogicalOr', tf.logicalOr, true),
  LogicalXor: {
    ...relation('LogicalXor', (a, b) => tf.engine().runKernel<Tensor>('LogicalXor', { a, b }), true),
    eagerDiffers: 'it has no such kernel',
  },
  LeakyRelu: withNumber(anything, alphas, tf.leakyRelu, (alpha) => (x) => (x < 0 ? mul(rounded(alpha), exact(x)) : x)),
  Step: withNumber({ min: -4, max: 4, special: [0, -0, Infinity, -Infinity] }, alphas, tf.step, (alpha) => (x) => x > 0 ? 1 : alpha), // prettier-ignore
  AddN: kernelCase<null>({
    draw: fc
      .tuple(shapes(), fc.constantFrom(1, 2, 3, 4), fc.constantFrom<DType>('float32', 'int32'))
      .chain(([shape, n, dtype]) => fc.array(filled(shape, dtype, finite), { minLength: n, maxLength: n }))
      .map((inputs) => ({ inputs, attrs: null })),
    run: (inputs) => tf.addN([...inputs]),
    oracle: ([first, ...rest]) =>
      rest.reduce(
        plus,
        each(first, (x) => x),
      ),
  }),
  Select: kernelCase<null>({
    draw: broadcasting(3, positive)
      .chain(([c, t, e]) =>
        fc
          .constantFrom<DType>('float32', 'int32', 'bool')
          .chain((dtype) => fc.tuple(filled(c, 'bool'), filled(t, dtype, anything), filled(e, dtype, anything))),
      ) // prettier-ignore
      .map((inputs) => ({ inputs, attrs: null })),
    run: ([condition, t, e]) => tf.where(condition, t, e),
    oracle: ([c, t, e]) =>
      build([c.shape, t.shape, e.shape].reduce(broadcastShape), t.dtype, (place) =>
        broadcastAt(broadcastAt(c, place) === 1 ? t : e, place),
      ),
  }),
  Cast: kernelCase<DType>({
    draw: fc
      .tuple(fc.constantFrom<DType>('float32', 'int32', 'bool'), fc.constantFrom<DType>('float32', 'int32', 'bool'))
      .chain(([from, to]) => tensors(from, to === 'int32' ? { min: -1e6, max: 1e6 } : anything).map((x) => ({ inputs: [x], attrs: to }))), // prettier-ignore
    run: ([x], dtype) => tf.cast(x, dtype),
    oracle: ([x], dtype) => each(x, (v) => (dtype === 'bool' ? Number(v !== 0) : dtype === 'int32' ? Math.trunc(v) : v), dtype), // prettier-ignore
  }),
  ClipByValue: kernelCase<readonly [number, number]>({
    draw: fc
      .tuple(
        fc.oneof(tensors('float32', ordered), tensors('int32', integers)),
        fc.constantFrom([-1, 1], [0, 3], [-5, -2], [2, 2]),
      ) // prettier-ignore
      .map(([x, [low, high]]) => ({ inputs: [x], attrs: [low, high] as const })),
    run: ([x], [low, high]) => tf.clipByValue(x, low, high),
    oracle: ([x], [low, high]) => each(x, (v) => Math.min(Math.max(v, low), high)),
  }),
  Prelu: kernelCase<null>({
    draw: two('float32', anything, finite),
    run: ([x, alpha]) => tf.prelu(x, alpha),
    oracle: ([x, alpha]) => eachPair(x, alpha, (v, a) => (v < 0 ? v * a : v)),
  }),
  EluGrad: kernelCase<null>({
    draw: shapes().chain((shape) => fc.tuple(filled(shape, 'float32', finite), filled(shape, 'float32', { min: -0.99, max: 4 }))).map((inputs) => ({ inputs, attrs: null })), // prettier-ignore
    run: ([dy, y]) => tf.engine().runKernel<Tensor>('EluGrad', { dy, y }),
    oracle: ([dy, y]) => eachPair(dy, y, (d, v) => (v >= 0 ? d : mul(exact(d), rounded(v + 1)))),
  }),
};

/** One more summand. */
function plus(total: Exact, x: Filled): Exact {
  let i = 0;
  return build(total.shape, total.dtype, () => {
    const sum = rounded(total.data[i] + x.data[i], total.error[i]);
    i++;
    return sum;
  });
}
