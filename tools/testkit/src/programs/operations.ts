import type { ProgramArg, ProgramStep } from './program';
import type { Draws } from './draws';

/** What the generator knows of a value. */
export interface Known {
  readonly ref: number;
  readonly shape: readonly number[];
  readonly dtype: string;
  /** Not rounded: comparing it, or taking its whole part, is safe. */
  readonly exact: boolean;
  readonly smallest: number;
  readonly largest: number;
  /** No two elements so close that rounding may decide which is larger. */
  readonly distinct: boolean;
}

/** Finds arguments among the values; nothing when none fits. */
export type Operation = (draws: Draws, values: readonly Known[]) => ProgramStep | undefined;

const step = (fn: string, args: readonly ProgramArg[], pick?: number | string): ProgramStep => ({
  fn,
  args,
  ...(pick === undefined ? {} : { pick }),
});

const ref = ({ ref: value }: Known): ProgramArg => ({ ref: value });

const floats = (values: readonly Known[]): Known[] => values.filter(({ dtype }) => dtype === 'float32');
const bools = (values: readonly Known[]): Known[] => values.filter(({ dtype }) => dtype === 'bool');

/** A float32 value that satisfies a condition. */
function float(
  draws: Draws,
  values: readonly Known[],
  fits: (value: Known) => boolean = () => true,
): Known | undefined {
  // prettier-ignore
  return draws.latest(floats(values).filter(fits));
}

function onOne(
  fn: string,
  fits?: (value: Known) => boolean,
  extra: (draws: Draws, x: Known) => readonly ProgramArg[] = () => [],
): Operation {
  // prettier-ignore
  return (draws, values) => {
    const x = float(draws, values, fits);
    return x === undefined ? undefined : step(fn, [ref(x), ...extra(draws, x)]);
  };
}

function broadcast(a: readonly number[], b: readonly number[]): boolean {
  const shorter = Math.min(a.length, b.length);
  for (let i = 1; i <= shorter; i++) {
    const [x, y] = [a[a.length - i], b[b.length - i]];
    if (x !== y && x !== 1 && y !== 1) return false;
  }
  return true;
}

/** Two values that broadcast, or one and a number. */
function onTwo(fn: string, fits: (value: Known) => boolean = () => true): Operation {
  return (draws, values) => {
    const a = float(draws, values, fits);
    if (a === undefined) return undefined;
    if (draws.chance(0.25)) return step(fn, draws.chance(0.5) ? [ref(a), number(draws)] : [number(draws), ref(a)]);
    const b = float(draws, values, (value) => fits(value) && broadcast(a.shape, value.shape));
    return b === undefined ? undefined : step(fn, draws.chance(0.5) ? [ref(a), ref(b)] : [ref(b), ref(a)]);
  };
}

const number = (draws: Draws): number => draws.one([1, 0, 2, 0.5, -1, 3, 0.1]);
const axis = (draws: Draws, { shape }: Known): number => draws.integer(shape.length);
const ranked = ({ shape }: Known): boolean => shape.length > 0;
const exact = (value: Known): boolean => value.exact;

/** Everywhere on one side of these. */
const between =
  (low: number, high: number) =>
  ({ smallest, largest }: Known): boolean =>
    smallest >= low && largest <= high;

const reduction = (fn: string, fits: (value: Known) => boolean = ranked): Operation =>
  onOne(fn, fits, (draws, x) => {
    const all = x.shape.map((_, i) => i);
    const axes = draws.one([null, axis(draws, x), all.slice(0, -1), all.slice(1), [0]]);
    return [Array.isArray(axes) && axes.length === 0 ? null : axes, draws.chance(0.4)];
  });

/** A different shape with as many elements. */
function reshape(draws: Draws, { shape }: Known): number[] {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const flat = [[size], [1, size], [size, 1], [...shape, 1], [1, ...shape], [...shape].reverse(), [-1]];
  if (shape.length === 3) flat.push([shape[0] * shape[1], shape[2]], [shape[0], shape[1] * shape[2]]);
  return draws.one(flat);
}

function cut(draws: Draws, { shape }: Known): [number[], number[]] {
  const begin = shape.map((dim) => draws.integer(dim));
  return [begin, shape.map((dim, i) => 1 + draws.integer(dim - begin[i]))];
}

const pads = (draws: Draws, { shape }: Known, most: (dim: number) => number): number[][] =>
  shape.map((dim) => [draws.integer(most(dim) + 1), draws.integer(most(dim) + 1)]);

/** Values of one shape, to stand beside each other. */
function alike(
  draws: Draws,
  values: readonly Known[],
  fits: (value: Known) => boolean = () => true,
): Known[] | undefined {
  // prettier-ignore
  const first = float(draws, values, fits);
  if (first === undefined) return undefined;
  const same = floats(values).filter(({ shape }) => shape.join() === first.shape.join());
  return Array.from({ length: 1 + draws.integer(3) }, () => draws.one(same));
}

const product: Operation = (draws, values) => {
  const a = float(draws, values, ({ shape }) => shape.length === 2 || shape.length === 3);
  if (a === undefined) return undefined;
  const transposeA = draws.chance(0.3);
  const inner = a.shape.at(transposeA ? -2 : -1);
  const transposeB = draws.chance(0.3);
  const b = float(
    draws,
    values,
    ({ shape }) =>
      shape.length === a.shape.length && shape.at(transposeB ? -1 : -2) === inner && shape.slice(0, -2).join() === a.shape.slice(0, -2).join(), // prettier-ignore
  );
  return b === undefined ? undefined : step('matMul', [ref(a), ref(b), transposeA, transposeB]);
};

const comparison = (fn: string): Operation => {
  const two = onTwo(fn, exact);
  return (draws, values) => two(draws, values);
};

const lookup: Operation = (draws, values) => {
  const ids = draws.latest(values.filter(({ dtype, shape }) => dtype === 'int32' && shape.length <= 2));
  if (ids === undefined) return undefined;
  const x = float(draws, values, ({ shape }) => shape.length > 0 && shape[0] > ids.largest && ids.smallest >= 0);
  return x === undefined ? undefined : step('gather', [ref(x), ref(ids), 0]);
};

const chosen: Operation = (draws, values) => {
  const condition = draws.latest(bools(values));
  if (condition === undefined) return undefined;
  const t = float(draws, values, ({ shape }) => broadcast(shape, condition.shape));
  const e = float(draws, values, ({ shape }) => t !== undefined && broadcast(shape, t.shape) && broadcast(shape, condition.shape)); // prettier-ignore
  return t === undefined || e === undefined ? undefined : step('where', [ref(condition), ref(t), ref(e)]);
};

const logic =
  (fn: string): Operation =>
  (draws, values) => {
    const a = draws.latest(bools(values));
    if (a === undefined) return undefined;
    if (fn === 'logicalNot') return step(fn, [ref(a)]);
    const b = draws.latest(bools(values).filter(({ shape }) => broadcast(shape, a.shape)));
    return b === undefined ? undefined : step(fn, [ref(a), ref(b)]);
  };

const listed =
  (fn: string, axisOf: (draws: Draws, rank: number) => readonly ProgramArg[]): Operation =>
  (draws, values) => {
    // prettier-ignore
    const parts = alike(draws, values, fn === 'concat' ? ranked : undefined);
    return parts === undefined ? undefined : step(fn, [parts.map(ref), ...axisOf(draws, parts[0].shape.length)]);
  };

/** What programs are made of, by the name of the function of tfjs (and a suffix for a second way to call it). */
export const operations: Readonly<Record<string, Operation>> = {
  ...Object.fromEntries(['add', 'sub', 'mul', 'maximum', 'minimum', 'squaredDifference'].map((fn) => [fn, onTwo(fn)])),
  ...Object.fromEntries(['neg', 'abs', 'square', 'tanh', 'sigmoid', 'relu', 'elu', 'softplus', 'selu', 'relu6', 'sin', 'cos', 'atan', 'erf', 'expm1'].map((fn) => [fn, onOne(fn)])), // prettier-ignore
  ...Object.fromEntries(['sum', 'mean'].map((fn) => [fn, reduction(fn)])),
  ...Object.fromEntries(['max', 'min'].map((fn) => [fn, reduction(fn, (x) => ranked(x) && (x.exact || x.distinct))])),
  ...Object.fromEntries(['floor', 'ceil', 'round', 'sign'].map((fn) => [fn, onOne(fn, exact)])),
  ...Object.fromEntries(['greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual'].map((fn) => [fn, comparison(fn)])), // prettier-ignore
  ...Object.fromEntries(['logicalAnd', 'logicalOr', 'logicalNot'].map((fn) => [fn, logic(fn)])),
  div: (draws, values) => {
    const a = float(draws, values);
    const b = float(draws, values, (value) => a !== undefined && broadcast(a.shape, value.shape) && (value.smallest > 0.1 || value.largest < -0.1)); // prettier-ignore
    return a === undefined
      ? undefined
      : step('div', [ref(a), b === undefined ? draws.one([1, 2, 4, 3, -0.5]) : ref(b)]);
  },
  pow: onOne('pow', undefined, () => [2]),
  exp: onOne('exp', between(-10, 5)),
  log: onOne('log', between(0.05, 1e4)),
  log1p: onOne('log1p', between(-0.9, 1e4)),
  sqrt: onOne('sqrt', between(0.05, 1e4)),
  rsqrt: onOne('rsqrt', between(0.05, 1e4)),
  reciprocal: onOne('reciprocal', ({ smallest, largest }) => smallest > 0.1 || largest < -0.1),
  leakyRelu: onOne('leakyRelu', undefined, () => [0.2]),
  step: onOne('step', exact, (draws) => [draws.one([0, 0.2])]),
  clipByValue: onOne('clipByValue', undefined, (draws) => draws.one([[-1, 1], [0, 2]])), // prettier-ignore
  prelu: onTwo('prelu'),
  prod: onOne(
    'prod',
    (x) => ranked(x) && between(-2, 2)(x),
    (draws, x) => [axis(draws, x)],
  ),
  logSumExp: onOne('logSumExp', ranked, (draws, x) => [axis(draws, x), draws.chance(0.5)]),
  softmax: onOne('softmax', ranked),
  logSoftmax: onOne('logSoftmax', ranked),
  cumsum: onOne('cumsum', ranked, (draws, x) => [axis(draws, x), draws.chance(0.5), draws.chance(0.5)]),
  cumprod: onOne('cumprod', (x) => ranked(x) && between(-2, 2)(x), (draws, x) => [axis(draws, x), draws.chance(0.5), draws.chance(0.5)]), // prettier-ignore
  stridedSlice: onOne('stridedSlice', ranked, (draws, { shape }) => [shape.map(() => 0), [...shape], shape.map(() => 1 + draws.integer(2))]), // prettier-ignore
  einsum: (draws, values) => {
    const a = float(draws, values, ({ shape }) => shape.length === 2);
    const b = float(draws, values, ({ shape }) => shape.length === 2 && shape[0] === a?.shape[1]);
    return a && b && step('einsum', [draws.one(['ij,jk->ik', 'ij,jk->ki', 'ij,jk->i']), ref(a), ref(b)]);
  },
  argMax: onOne('argMax', (x) => ranked(x) && x.exact, (draws, x) => [axis(draws, x)]), // prettier-ignore
  topk: (draws, values) => {
    const x = float(draws, values, (value) => ranked(value) && (value.exact || value.distinct));
    return x && step('topk', [ref(x), 1 + draws.integer(x.shape.at(-1)!)], 'values');
  },
  all: (draws, values) => {
    const x = draws.latest(bools(values).filter(ranked));
    return x && step(draws.one(['all', 'any']), [ref(x), axis(draws, x), draws.chance(0.5)]);
  },
  reshape: onOne('reshape', undefined, (draws, x) => [reshape(draws, x)]),
  expandDims: onOne('expandDims', ({ shape }) => shape.length < 4, (draws, { shape }) => [draws.integer(shape.length + 1)]), // prettier-ignore
  squeeze: onOne('squeeze', ({ shape }) => shape.includes(1)),
  transpose: onOne('transpose', ({ shape }) => shape.length > 1, (draws, { shape }) => [draws.shuffled(shape.map((_, i) => i))]), // prettier-ignore
  tile: onOne('tile', ({ shape }) => shape.length > 0 && shape.length < 4, (draws, { shape }) => [shape.map((dim) => (dim > 8 ? 1 : 1 + draws.integer(2)))]), // prettier-ignore
  broadcastTo: onOne('broadcastTo', ({ shape }) => shape.includes(1), (draws, { shape }) => [shape.map((dim) => (dim === 1 ? 1 + draws.integer(3) : dim))]), // prettier-ignore
  slice: onOne('slice', ranked, (draws, x) => cut(draws, x)),
  reverse: onOne('reverse', ranked, (draws, x) => [[axis(draws, x)]]),
  pad: onOne('pad', ({ shape }) => shape.length > 0 && shape.length < 4, (draws, x) => [pads(draws, x, () => 1), draws.one([0, 1])]), // prettier-ignore
  mirrorPad: onOne('mirrorPad', ({ shape }) => shape.length > 0 && shape.every((dim) => dim < 9), (draws, x) => [pads(draws, x, (dim) => Math.min(1, dim - 1)), draws.one(['reflect', 'symmetric'])]), // prettier-ignore
  concat: listed('concat', (draws, rank) => [draws.integer(rank)]),
  stack: listed('stack', (draws, rank) => [draws.integer(rank + 1)]),
  addN: listed('addN', () => []),
  unstack: (draws, values) => {
    const x = float(draws, values, ({ shape }) => shape.length > 0 && shape[0] < 9);
    return x && step('unstack', [ref(x), 0], draws.integer(x.shape[0]));
  },
  split: (draws, values) => {
    const x = float(draws, values, ({ shape }) => shape.length > 0 && shape.at(-1)! % 2 === 0);
    return x && step('split', [ref(x), 2, x.shape.length - 1], draws.integer(2));
  },
  matMul: product,
  gather: lookup,
  where: chosen,
  'cast of truth': (draws, values) => {
    const x = draws.latest(bools(values));
    return x && step('cast', [ref(x), 'float32']);
  },
  oneHot: (draws, values) => {
    const ids = draws.latest(values.filter(({ dtype, shape }) => dtype === 'int32' && shape.length <= 2));
    const made = ids && step('oneHot', [ref(ids), 5]);
    return made;
  },
  'cast of one-hot': (draws, values) => {
    const x = draws.latest(values.filter(({ dtype, shape }) => dtype === 'int32' && shape.length <= 3));
    return x && step('cast', [ref(x), 'float32']);
  },
  unsortedSegmentSum: (draws, values) => {
    const ids = draws.latest(values.filter(({ dtype, shape, smallest }) => dtype === 'int32' && shape.length === 1 && smallest >= 0)); // prettier-ignore
    if (ids === undefined) return undefined;
    const x = float(draws, values, ({ shape }) => shape.length > 0 && shape[0] === ids.shape[0]);
    return x && step('unsortedSegmentSum', [ref(x), ref(ids), ids.largest + 1]);
  },
  ones: (draws) => step(draws.one(['ones', 'zeros']), [draws.one([[], [1], [3], [4, 3]])]),
  fill: (draws) => step('fill', [draws.one([[3], [4, 3], [2, 4, 3]]), draws.one([2, 0.5, 1])]),
};
