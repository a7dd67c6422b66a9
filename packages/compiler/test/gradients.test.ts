import * as tf from '@tensorflow/tfjs-core';
import { foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { repairedGradients } from '../src/gradients/index';
import { repairGradients } from '../src/index';
import { checkOp } from './checked-op';
import type { CheckedOp } from './checked-op';
import { floats, ints } from './compiled';
import type { Data } from './compiled';
import { exactEinsum, flat, picked, positions, sizeOf } from './index-oracles';

/** Numbers in [-2, 2) at least 0.05 away from whole ones, where steps jump. */
function numbers(shape: readonly number[], seed: string): Data {
  const key = foldIn(randomKey(7), seed);
  return floats(
    shape,
    Array.from({ length: sizeOf(shape) }, (_, i) => {
      const u = 4 * uniformAt(key, i) - 2;
      return Math.floor(u) + 0.05 + 0.9 * (u - Math.floor(u));
    }),
  );
}

type Case = readonly [name: string, checked: CheckedOp];

beforeAll(() => {
  repairGradients();
  repairGradients();
});

const names: string[] = [];

/** Runs cases under the names of the gradients that they are about. */
function about(kernels: readonly string[], cases: readonly Case[]): void {
  names.push(...kernels);
  describe(kernels.join(', '), () => {
    test.each(cases)('%s', async (_, checked) => {
      await checkOp(checked);
    });
  });
}

const [a, b] = [numbers([3, 4], 'a'), numbers([3, 4], 'b')];
const elementwise = (f: (x: number, y: number) => number) => (x: Float64Array, y: Float64Array) =>
  x.map((value, i) => f(value, y[i]));

// Planted bugs: no gradient at all (tfjs), a gradient of the type of the compared tensors.
const compare = (
  name: string,
  op: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor,
  exact: (x: number, y: number) => boolean,
): Case => [
  name,
  {
    op: (x, y) => tf.where(op(x, y), tf.mul(x, y), tf.square(x)),
    oracle: elementwise((x, y) => (exact(x, y) ? x * y : x * x)),
    inputs: [a, b],
    roundings: 4,
  },
];
about(
  ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr', 'LogicalNot'],
  [
    compare('greater', tf.greater, (x, y) => x > y),
    compare('greaterEqual', tf.greaterEqual, (x, y) => x >= y),
    compare('less', tf.less, (x, y) => x < y),
    compare('lessEqual', tf.lessEqual, (x, y) => x <= y),
    compare('equal', tf.equal, (x, y) => x === y),
    compare('notEqual', tf.notEqual, (x, y) => x !== y),
    compare('logicalAnd', (x, y) => tf.logicalAnd(tf.greater(x, 0), tf.less(y, 1)), (x, y) => x > 0 && y < 1), // prettier-ignore
    compare('logicalOr', (x, y) => tf.logicalOr(tf.greater(x, 0), tf.less(y, 1)), (x, y) => x > 0 || y < 1), // prettier-ignore
    compare('logicalNot', (x) => tf.logicalNot(tf.greater(x, 0)), (x) => x <= 0), // prettier-ignore
    compare('compared after a cast', (x) => tf.greaterEqual(tf.cast(x, 'int32'), 1), (x) => Math.trunc(x) >= 1), // prettier-ignore
  ],
);

const scaledBy = (op: (x: tf.Tensor) => tf.Tensor, exact: (x: Float64Array, i: number) => number): CheckedOp => ({
  op: (x) => tf.mul(tf.cast(op(x), 'float32'), x),
  oracle: (x) => x.map((value, i) => value * exact(x, i)),
  inputs: [a],
  roundings: 4,
});
const row = (x: Float64Array, i: number): Float64Array => x.subarray(4 * Math.floor(i / 4), 4 * Math.floor(i / 4) + 4);
const argOf = (x: Float64Array, better: (p: number, q: number) => boolean): number =>
  x.reduce((best, value, i) => (better(value, x[best]) ? i : best), 0);

// Planted bugs: a gradient that passes a cast to whole numbers as if it were none (tfjs), zeros of another type, which tfjs refuses.
about(
  ['Cast', 'All', 'Any', 'IsNan', 'IsInf', 'IsFinite', 'ArgMax', 'ArgMin'],
  [
    ['cast to int32', scaledBy((x) => tf.cast(x, 'int32'), (x, i) => Math.trunc(x[i]))], // prettier-ignore
    [
      'cast to bool',
      scaledBy(
        (x) => tf.cast(x, 'bool'),
        () => 1,
      ),
    ],
    ['all', scaledBy((x) => tf.all(tf.greater(x, -1), 1, true), (x, i) => (row(x, i).every((value) => value > -1) ? 1 : 0))], // prettier-ignore
    ['any', scaledBy((x) => tf.any(tf.greater(x, 1), 1, true), (x, i) => (row(x, i).some((value) => value > 1) ? 1 : 0))], // prettier-ignore
    ['isNaN', scaledBy((x) => tf.isNaN(x), () => 0)], // prettier-ignore
    ['isInf', scaledBy((x) => tf.isInf(x), () => 0)], // prettier-ignore
    ['isFinite', scaledBy((x) => tf.isFinite(x), () => 1)], // prettier-ignore
    ['argMax', scaledBy((x) => tf.expandDims(tf.argMax(x, 1), 1), (x, i) => argOf(row(x, i), (p, q) => p > q))], // prettier-ignore
    ['argMin', scaledBy((x) => tf.expandDims(tf.argMin(x, 1), 1), (x, i) => argOf(row(x, i), (p, q) => p < q))], // prettier-ignore
  ],
);

about(
  ['FloorDiv', 'SearchSorted'],
  [
    // tfjs gives the gradient of a division.
    ['floorDiv', { op: (x, y) => tf.mul(tf.floorDiv(x, y), x), oracle: elementwise((x, y) => Math.floor(x / y) * x), inputs: [a, b], roundings: 4 }], // prettier-ignore
    [
      'searchSorted',
      {
        op: (x) => tf.mul(tf.cast(tf.searchSorted(tf.tensor2d([[-1, 0, 1], [-1, 0, 1], [-2, 0, 2]]), x, 'left'), 'float32'), x), // prettier-ignore
        oracle: (x) => x.map((value, i) => value * (i < 8 ? [-1, 0, 1] : [-2, 0, 2]).filter((edge) => edge < value).length), // prettier-ignore
        inputs: [a],
        roundings: 4,
      },
    ],
  ],
);

// Planted bugs: the gradient of a repeated side not summed (tfjs: an error, or a wrong shape), transposes taken for each other.
const products = [false, true].flatMap((transposeA) =>
  [false, true].flatMap((transposeB) =>
    [
      ['bij,bjk->bik', [2, 3, 4], [2, 4, 5]],
      ['cij,bjk->bik', [1, 3, 4], [2, 4, 5]],
      ['bij,cjk->bik', [2, 3, 4], [1, 4, 5]],
      ['bij,jk->bik', [2, 3, 4], [4, 5]],
      ['ij,bjk->bik', [3, 4], [2, 4, 5]],
      ['bcij,dcjk->bcik', [2, 3, 2, 4], [1, 3, 4, 2]],
    ].map(([equation, left, right]): Case => {
      const turned = (shape: number[], turn: boolean): number[] => (turn ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape); // prettier-ignore
      const shapes = [turned(left as number[], transposeA), turned(right as number[], transposeB)];
      const labels = (equation as string).split('->');
      const swap = (text: string, turn: boolean): string => (turn ? text.slice(0, -2) + text.at(-1)! + text.at(-2)! : text); // prettier-ignore
      const [one, two] = labels[0].split(',');
      const exact = `${swap(one, transposeA)},${swap(two, transposeB)}->${labels[1]}`;
      return [
        `${shapes.map((shape) => `[${shape.join()}]`).join(' x ')} ${transposeA ? 'A^T' : 'A'} ${transposeB ? 'B^T' : 'B'}`,
        {
          op: (x, y) => tf.matMul(x, y, transposeA, transposeB),
          // A batch of 1 is repeated: its label stands for one element, which the oracle's sum over it counts once.
          oracle: (x, y) => exactEinsum(exact, shapes, [x, y]),
          inputs: [numbers(shapes[0], 'A'), numbers(shapes[1], 'B')],
          roundings: 8,
        },
      ];
    }),
  ),
);
about(['BatchMatMul'], products);

// Planted bugs: labels that only one side has dropped instead of repeated, two sides exchanged, a contraction over a shared label that stays.
about(
  ['Einsum'],
  (
    [
      ['ij,jk->ik', [3, 4], [4, 2]],
      ['bij,bkj->bik', [2, 3, 4], [2, 5, 4]],
      ['bhqd,bhkd->bhqk', [2, 2, 3, 4], [2, 2, 5, 4]],
      ['bfd,d->bfd', [2, 3, 4], [4]],
      ['bi,bi->b', [3, 4], [3, 4]],
      ['bi,bj->bij', [3, 2], [3, 4]],
      ['ij,ij->', [3, 4], [3, 4]],
      ['abc,cde->abde', [2, 2, 3], [3, 2, 2]],
      ['abc,adc->bd', [2, 3, 4], [2, 2, 4]],
      ['ab,cab->c', [2, 3], [4, 2, 3]],
      ['i,j->ji', [3], [4]],
      ['ij->ji', [3, 4]],
      ['ijk->j', [2, 3, 4]],
      ['ij->', [3, 4]],
    ] as readonly [string, ...number[][]][]
  ).map(([equation, ...shapes]): Case => [
    equation,
    {
      op: (...terms) => tf.einsum(equation, ...terms.slice(0, shapes.length)),
      oracle: (...terms) => exactEinsum(equation, shapes, terms),
      inputs: shapes.map((shape, side) => numbers(shape, `term${side}`)),
      roundings: 16,
    },
  ]),
);

interface Accumulation {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}

/** Sums or products of everything before along an axis. */
function accumulated(
  x: Float64Array,
  { shape, axis, exclusive, reverse }: Accumulation,
  kind: 'sum' | 'product',
): Float64Array {
  // prettier-ignore
  const neutral = kind === 'sum' ? 0 : 1;
  return Float64Array.from(positions(shape), (position) => {
    const own = position[axis];
    let total = neutral;
    for (let i = 0; i < shape[axis]; i++) {
      const before = reverse ? i > own : i < own;
      if (!before && (exclusive || i !== own)) continue;
      const value = x[flat(position.with(axis, i), shape)];
      total = kind === 'sum' ? total + value : total * value;
    }
    return total;
  });
}

const accumulations = [0, 1, 2].flatMap((axis) =>
  [false, true].flatMap((exclusive) =>
    [false, true].map((reverse): Accumulation => ({ shape: [3, 3, 3], axis, exclusive, reverse })),
  ),
);
const label = ({ axis, exclusive, reverse }: Accumulation): string =>
  `axis ${axis}${exclusive ? ', exclusive' : ''}${reverse ? ', reverse' : ''}`;

/** Some elements are zero: a gradient that divides by them is not a number. */
const withZeros = (data: Data): Data => floats(data.shape, data.values.map((x, i) => (i % 4 === 1 ? 0 : x))); // prettier-ignore

// Planted bugs: the gradient transposed once more (tfjs; silently, where axes have one length), a division by zeros.
about(
  ['Cumsum', 'Cumprod'],
  accumulations.flatMap((own): Case[] => [
    [`cumsum ${label(own)}`, { op: (x) => tf.cumsum(x, own.axis, own.exclusive, own.reverse), oracle: (x) => accumulated(x, own, 'sum'), inputs: [numbers(own.shape, 'sum')], roundings: 8 }], // prettier-ignore
    [`cumprod ${label(own)}`, { op: (x) => tf.cumprod(x, own.axis, own.exclusive, own.reverse), oracle: (x) => accumulated(x, own, 'product'), inputs: [withZeros(numbers(own.shape, 'product'))], roundings: 32 }], // prettier-ignore
  ]),
);

// Planted bugs: methods that only the union package has (tfjs), reduced axes put back in another order.
about(
  ['Prod'],
  [[0], [1], [2], [0, 2], [1, 2], [0, 1, 2]].map((axes): Case => [
    `axes ${axes.join()}`,
    {
      op: (x) => tf.prod(x, axes),
      oracle: (x) => {
        const kept = [0, 1, 2].filter((axis) => !axes.includes(axis));
        const shape = [2, 3, 2];
        const y = new Float64Array(sizeOf(kept.map((axis) => shape[axis]))).fill(1);
        for (const position of positions(shape)) y[flat(kept.map((axis) => position[axis]), kept.map((axis) => shape[axis]))] *= x[flat(position, shape)]; // prettier-ignore
        return y;
      },
      inputs: [withZeros(numbers([2, 3, 2], 'prod'))],
      roundings: 64,
    },
  ]),
);

const gathers = [
  { x: [4, 3], indices: [5], axis: 0, batchDims: 0 },
  { x: [4, 3], indices: [2, 2], axis: 0, batchDims: 0 },
  { x: [2, 4, 3], indices: [5], axis: 1, batchDims: 0 },
  { x: [2, 3, 4], indices: [2, 3], axis: -1, batchDims: 0 },
  { x: [2, 4, 3], indices: [2, 5], axis: 1, batchDims: 1 },
  { x: [2, 3, 4, 2], indices: [2, 3], axis: 2, batchDims: 1 },
  { x: [2, 2, 4, 3], indices: [2, 2, 3], axis: 2, batchDims: 2 },
] as const;

// Planted bugs: gradients of equal indices overwritten instead of added, rows that look up in the first row only, axes not put back.
about(
  ['GatherV2'],
  gathers.map(({ x: shape, indices, axis: named, batchDims }): Case => {
    const axis = named < 0 ? named + shape.length : named;
    const places = ints(
      indices,
      Array.from({ length: sizeOf(indices) }, (_, i) => (i * 7 + 1) % 4),
    );
    const result = [...shape.slice(0, axis), ...indices.slice(batchDims), ...shape.slice(axis + 1)];
    const depth = indices.length - batchDims;
    return [
      `${shape.join('x')} at ${indices.join('x')} along ${named}, ${batchDims} batch axes`,
      {
        op: (x, at) => tf.gather(x, at, named, batchDims),
        oracle: (x) =>
          picked(x, shape, result, (position) => {
            const at = flat([...position.slice(0, batchDims), ...position.slice(axis, axis + depth)], indices);
            return [...position.slice(0, axis), places.values[at], ...position.slice(axis + depth)];
          }),
        inputs: [numbers(shape, 'table'), places],
        roundings: 4,
      },
    ];
  }),
);

const pairsOf = ints([4, 2], [0, 1, 2, 0, 0, 1, 1, 2]);
const distinct = ints([3, 2], [0, 1, 2, 0, 1, 2]);
const at = ({ values }: Data, i: number, width: number): number => values[2 * i] * width + values[2 * i + 1];

// Planted bugs: values and places exchanged, equal places overwritten instead of added, a gradient for what was overwritten.
about(
  ['GatherNd', 'ScatterNd', 'TensorScatterUpdate', 'TopK'],
  [
    ['gatherND', { op: (x, i) => tf.gatherND(x, i), oracle: (x) => Float64Array.from({ length: 4 }, (_, i) => x[at(pairsOf, i, 4)]), inputs: [a, pairsOf], roundings: 4 }], // prettier-ignore
    [
      'gatherND of rows',
      {
        op: (x, i) => tf.gatherND(x, i),
        oracle: (x) => Float64Array.from({ length: 12 }, (_, i) => x[[2, 0, 2][Math.floor(i / 4)] * 4 + (i % 4)]),
        inputs: [a, ints([3, 1], [2, 0, 2])],
        roundings: 4,
      },
    ],
    [
      'scatterND',
      {
        op: (x, i) => tf.scatterND(i, x, [3, 4]),
        oracle: (x) => x.reduce((y, value, i) => ((y[at(pairsOf, i, 4)] += value), y), new Float64Array(12)),
        inputs: [numbers([4], 'updates'), pairsOf],
        roundings: 4,
      },
    ],
    [
      'tensorScatterUpdate',
      {
        op: (x, u, i) => tf.tensorScatterUpdate(x, i, u),
        oracle: (x, u) => u.reduce((y, value, i) => ((y[at(distinct, i, 4)] = value), y), x.slice()),
        inputs: [a, numbers([3], 'updates'), distinct],
        roundings: 4,
      },
    ],
    [
      'topk',
      {
        op: (x) => tf.topk(x, 2).values,
        oracle: (x) => Float64Array.from([0, 4, 8].flatMap((i) => [...row(x, i)].sort((p, q) => q - p).slice(0, 2))),
        inputs: [a],
        roundings: 4,
      },
    ],
  ],
);

interface Cut {
  readonly name: string;
  readonly arguments: readonly unknown[];
  /** First index, step and number of places along each axis of `[4, 5, 3]`. */
  readonly axes: readonly (readonly [start: number, step: number, count: number])[];
}

const cuts: readonly Cut[] = [
  { name: 'steps', arguments: [[0, 1, 0], [4, 5, 3], [2, 2, 1]], axes: [[0, 2, 2], [1, 2, 2], [0, 1, 3]] }, // prettier-ignore
  { name: 'a step beyond the end', arguments: [[1, 0, 0], [4, 5, 3], [2, 3, 2]], axes: [[1, 2, 2], [0, 3, 2], [0, 2, 2]] }, // prettier-ignore
  { name: 'backwards', arguments: [[3, 4, 0], [0, 0, 3], [-1, -2, 1]], axes: [[3, -1, 3], [4, -2, 2], [0, 1, 3]] }, // prettier-ignore
  { name: 'backwards through the first', arguments: [[3, 4, 2], [0, 0, 0], [-1, -2, -2], 0, 7], axes: [[3, -1, 4], [4, -2, 3], [2, -2, 2]] }, // prettier-ignore
  { name: 'negative indices and masks', arguments: [[-3, 0, 1], [-1, -1, 0], [1, 2, 1], 2, 4], axes: [[1, 1, 2], [0, 2, 2], [1, 1, 2]] }, // prettier-ignore
  { name: 'a dropped axis', arguments: [[1, 2, 0], [2, 3, 2], [1, 1, 1], 0, 0, 0, 0, 2], axes: [[1, 1, 1], [2, 1, 1], [0, 1, 2]] }, // prettier-ignore
  { name: 'an ellipsis and a new axis', arguments: [[0, 0, 0], [0, 0, 2], [1, 1, 2], 0, 0, 1, 2], axes: [[0, 1, 4], [0, 1, 5], [0, 2, 1]] }, // prettier-ignore
  { name: 'nothing', arguments: [[2, 0, 0], [1, 5, 3], [1, 1, 2]], axes: [[0, 1, 0], [0, 1, 5], [0, 2, 2]] }, // prettier-ignore
];

// Planted bugs: what enters a gap, the first place of an axis taken backwards, the end that a step does not reach.
about(
  ['StridedSlice'],
  cuts.map(({ name, arguments: own, axes }): Case => [
    name,
    {
      op: (x) => tf.stridedSlice(x, ...(own as [number[], number[], number[]])),
      oracle: (x) => picked(x, [4, 5, 3], axes.map(([, , count]) => count), (position) => position.map((i, axis) => axes[axis][0] + i * axes[axis][1])), // prettier-ignore
      inputs: [numbers([4, 5, 3], 'cut')],
      roundings: 2,
    },
  ]),
);

const mirrored = (mode: 'reflect' | 'symmetric'): Case => {
  const paddings: [number, number][] = [[1, 2], [0, 1], [2, 0]]; // prettier-ignore
  const shape = [3, 2, 4];
  const offset = mode === 'reflect' ? 1 : 0;
  const source = (i: number, length: number, before: number): number => {
    const place = i - before;
    if (place < 0) return -place - 1 + offset;
    return place < length ? place : 2 * length - 1 - place - offset;
  };
  const result = shape.map((dim, axis) => dim + paddings[axis][0] + paddings[axis][1]);
  return [
    mode,
    {
      op: (x) => tf.mirrorPad(x, paddings, mode),
      oracle: (x) => picked(x, shape, result, (position) => position.map((i, axis) => source(i, shape[axis], paddings[axis][0]))), // prettier-ignore
      inputs: [numbers(shape, 'mirror')],
      roundings: 8,
    },
  ];
};
about(['MirrorPad'], [mirrored('reflect'), mirrored('symmetric')]);

const tiles: readonly (readonly [number[], number[]])[] = [
  [[3], [4]],
  [
    [2, 3],
    [3, 2],
  ],
  [
    [1, 3],
    [5, 1],
  ],
  [
    [2, 1, 3],
    [1, 4, 2],
  ],
  [
    [2, 1, 2, 1, 2],
    [2, 3, 1, 2, 1],
  ],
  [
    [2, 2],
    [1, 1],
  ],
];
// Planted bugs: the axis of the copies taken for that of the elements; rank 5 (tfjs: an error).
about(
  ['Tile'],
  tiles.map(([shape, reps]): Case => [
    `${shape.join('x')} times ${reps.join('x')}`,
    {
      op: (x) => tf.tile(x, reps),
      oracle: (x) => picked(x, shape, shape.map((dim, i) => dim * reps[i]), (position) => position.map((i, axis) => i % shape[axis])), // prettier-ignore
      inputs: [numbers(shape, 'tile')],
      roundings: 16,
    },
  ]),
);

// tfjs fails on lists of one part: its gradient gets a tensor where it expects a list.
about(
  ['SplitV', 'Unpack'],
  [1, 3].flatMap((parts): Case[] => [
    [`split in ${parts}`, { op: (x) => tf.mul(tf.split(x, parts, 0)[0], 2), oracle: (x) => x.slice(0, x.length / parts).map((v) => 2 * v), inputs: [a], roundings: 2 }], // prettier-ignore
    [`unstack ${parts}`, { op: (x) => tf.mul(tf.unstack(x, 1)[parts - 1], 2), oracle: (x) => Float64Array.from([0, 1], (i) => 2 * x[i * parts + parts - 1]), inputs: [numbers([2, parts], 'parts')], roundings: 2 }], // prettier-ignore
  ]),
);

// The convolutions and averages are tested in convolutions.test.ts, with windows that a property draws.
names.push('AvgPool', 'AvgPool3D', 'Conv2D', 'DepthwiseConv2dNative', 'Conv3DBackpropInputV2');

about(
  ['MaxPool'],
  [
    [
      'a pooling of which the number of windows is rounded up',
      {
        op: (x) => tf.maxPool(x as tf.Tensor4D, 2, 2, 0, 'ceil'),
        oracle: (x) => Float64Array.from([[0, 1, 3, 4], [2, 5], [6, 7], [8]], (seen) => Math.max(...seen.map((i) => x[i]))), // prettier-ignore
        inputs: [numbers([1, 3, 3, 1], 'ceil')],
        roundings: 2,
      },
    ],
  ],
);

const [wide, narrow] = [numbers([2, 1, 3], 'wide'), numbers([4, 1], 'narrow')];
const broadcast = (f: (x: number, y: number) => number) => (x: Float64Array, y: Float64Array) =>
  Float64Array.from(positions([2, 4, 3]), ([i, j, k]) => f(x[3 * i + k], y[j]));

// Planted bug: the gradient left in the shape of the result (tfjs: an error where an operand was repeated).
about(
  ['Maximum', 'Minimum', 'SquaredDifference'],
  [
    ['maximum', { op: (x, y) => tf.maximum(x, y), oracle: broadcast(Math.max), inputs: [wide, narrow], roundings: 16 }], // prettier-ignore
    ['minimum', { op: (x, y) => tf.minimum(x, y), oracle: broadcast(Math.min), inputs: [wide, narrow], roundings: 16 }], // prettier-ignore
    ['squaredDifference', { op: (x, y) => tf.squaredDifference(x, y), oracle: broadcast((x, y) => (x - y) ** 2), inputs: [wide, narrow], roundings: 32 }], // prettier-ignore
  ],
);

// Planted bugs: rows of a cell taken for its columns; elements beside the diagonal counted.
about(
  ['DepthToSpace', 'Diag', 'FlipLeftRight'],
  [
    ['depthToSpace', { op: (x) => tf.depthToSpace(x as tf.Tensor4D, 2), oracle: (x) => picked(x, [1, 2, 3, 8], [1, 4, 6, 2], ([, h, w, c]) => [0, h >> 1, w >> 1, (2 * (h % 2) + (w % 2)) * 2 + c]), inputs: [numbers([1, 2, 3, 8], 'depth')], roundings: 2 }], // prettier-ignore
    ['diag', { op: (x) => tf.diag(x), oracle: (x) => Float64Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? x[i / 5] : 0)), inputs: [numbers([2, 2], 'diag')], roundings: 2 }], // prettier-ignore
    ['flipLeftRight', { op: (x) => tf.image.flipLeftRight(x as tf.Tensor4D), oracle: (x) => picked(x, [2, 2, 3, 2], [2, 2, 3, 2], ([n, h, w, c]) => [n, h, 2 - w, c]), inputs: [numbers([2, 2, 3, 2], 'flip')], roundings: 2 }], // prettier-ignore
  ],
);

test('every repaired gradient has a test', () => {
  const repaired = repairedGradients.map(({ kernelName }) => kernelName);
  expect(new Set(repaired).size).toBe(repaired.length);
  expect([...repaired].sort()).toEqual([...new Set(names)].sort());
});
