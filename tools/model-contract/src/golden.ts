import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { randomKey } from '@ctrflow/core';
import type { SafeTensor } from '@ctrflow/embeddings';
import type { EncodedColumns, FieldSpec, TargetSpec } from '@ctrflow/features';
import { modelWeights, setModelWeights } from '@ctrflow/model-kit';
import type { CommonModelOptions, CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { ROUNDOFF, fittedSchema } from '@ctrflow/testkit';
import { columnOutputs, logitsOf, lossAndGradients } from './run';

/** What an independent implementation says of some rows, in float64, under the paths of the model that is tested. */
interface GoldenCase<O> {
  readonly name: string;
  /** Batch statistics instead of moving ones. */
  readonly training: boolean;
  readonly options: O & CommonModelOptions;
  readonly fields: readonly FieldSpec[];
  /** Default: the label. */
  readonly targets?: readonly TargetSpec[];
  readonly batch: GoldenBatch;
  readonly weights: Readonly<Record<string, { readonly shape: readonly number[]; readonly data: readonly number[] }>>;
  readonly logits?: readonly number[];
  /** In place of logits: those of each output that the reference has. */
  readonly outputs?: Readonly<Record<string, readonly number[]>>;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, readonly number[]>>;
  /** Paths of weights that the reference does without, at values that do nothing: their gradients are not compared. */
  readonly withoutReference?: readonly string[];
  /** Moving statistics after a step of training. */
  readonly statistics: Readonly<Record<string, readonly number[]>>;
}

interface GoldenBatch {
  readonly numRows: number;
  readonly ids: Readonly<Record<string, readonly number[]>>;
  readonly values: Readonly<Record<string, readonly number[]>>;
  readonly lists: Readonly<Record<string, GoldenList>>;
  readonly label?: readonly number[];
  readonly targets?: Readonly<Record<string, readonly number[]>>;
}

interface GoldenList {
  readonly offsets: readonly number[];
  readonly ids: readonly number[];
  readonly weights?: readonly number[];
}

/** Largest difference of a logit or a loss. */
const LOGIT_BOUND = 1e-5;
/** Largest difference of a gradient, as a share of the largest magnitude in the gradient of its weight. */
const GRADIENT_BOUND = 1e-4;

/**
 * Registers tests of a model against a golden file of `tools/golden`: the file's weights are put into the model by path, then logits, loss, gradients of all weights and tables and, in
 * training, moving statistics must be those of the reference.
 *
 * @example
 * goldenTests(fm, join(import.meta.dirname, 'golden/fuxictr.json'));
 */
export function goldenTests<O extends object>(factory: ModelFactory<O>, file: string): void {
  const { madeBy, cases } = JSON.parse(readFileSync(file, 'utf8')) as { madeBy: string; cases: GoldenCase<O>[] };
  describe.each(cases)(`${factory.modelName} as ${madeBy}: $name`, (golden) => {
    const batch = encoded(golden.batch);

    // Planted bugs that these catch: fields in another order, a transposed kernel, a gate with the other sign, an epsilon of tfjs instead of PyTorch's.
    test('logits and loss', () => {
      const model = prepared(factory, golden);
      const logits = logitsOf(model, batch, golden.training);
      for (const [output, expected] of Object.entries(golden.outputs ?? { logit: golden.logits ?? [] })) {
        const first = columnOutputs(model).indexOf(output) * batch.numRows;
        expectWithin(logits.subarray(first, first + batch.numRows), expected, { path: output, bound: LOGIT_BOUND });
      }
      model.dispose();
    });

    test('the gradient of every weight and table, and moving statistics', () => {
      const model = prepared(factory, golden);
      const { loss, gradients } = lossAndGradients(model, batch, golden.training, randomKey(1));
      expect(Math.abs(loss - golden.loss)).toBeLessThanOrEqual(LOGIT_BOUND);
      const compared = [...Object.keys(golden.gradients), ...(golden.withoutReference ?? [])];
      expect(Object.keys(gradients).sort()).toEqual(compared.sort());
      const largest = Math.max(...Object.values(golden.gradients).map(largestOf));
      for (const [path, expected] of Object.entries(golden.gradients)) {
        const scale = largestOf(expected);
        const bound = scale === 0 ? 64 * ROUNDOFF * largest : GRADIENT_BOUND * scale;
        expectWithin(withoutPadding(model, path, gradients[path]), expected, { path, bound });
      }
      for (const [path, expected] of Object.entries(golden.statistics))
        expectWithin(modelWeights(model)[path].data, expected, { path, bound: LOGIT_BOUND });
      model.dispose();
    });
  });
}

function prepared<O extends object>(
  factory: ModelFactory<O>,
  { fields, targets, options, weights }: GoldenCase<O>,
): CtrModel {
  const model = factory(fittedSchema({ fields, ...(targets ? { targets } : { label: { column: 'click' } }) }), options);
  const tensors = Object.entries(weights).map(([path, { shape, data }]): [string, SafeTensor] => [path, { shape, data: Float32Array.from(data) }]); // prettier-ignore
  setModelWeights(model, Object.fromEntries(tensors));
  return model;
}

function encoded({ numRows, ids, values, lists, label = [], targets = { label } }: GoldenBatch): EncodedColumns {
  const each = <A, T>(columns: Readonly<Record<string, A>>, make: (column: A) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, make(column)]));
  return {
    numRows,
    ids: each(ids, (column) => Int32Array.from(column)),
    values: each(values, (column) => Float32Array.from(column)),
    lists: each(lists, (list) => ({
      offsets: Int32Array.from(list.offsets),
      ids: Int32Array.from(list.ids),
      ...(list.weights && { weights: Float32Array.from(list.weights) }),
    })),
    targets: each(targets, (column) => Float32Array.from(column)),
  };
}

/** A padding row takes no gradient, whatever arrives there. */
function withoutPadding(model: CtrModel, path: string, gradient: Float64Array): Float64Array {
  const padded = model.groups.some(({ name, tables }) =>
    tables.some((table) => `${name}/${table.name}` === path && table.paddingRow !== false),
  );
  const dim = model.groups.find(({ name }) => path.startsWith(`${name}/`))?.dim ?? 0;
  return padded ? gradient.slice().fill(0, 0, dim) : gradient;
}

function largestOf(gradient: readonly number[]): number {
  return gradient.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
}

function expectWithin(
  actual: ArrayLike<number>,
  expected: readonly number[],
  { path, bound }: { readonly path: string; readonly bound: number },
): void {
  expect(actual.length, path).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(actual[i] - value), `${path}[${i}]: ${actual[i]} against ${value}`).toBeLessThanOrEqual(bound);
  });
}
