import { expect } from 'vitest';
import type { EncodedColumns } from '@ctrflow/features';
import { predictionsOf } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import {
  directionalDifference,
  exactCrossEntropy,
  fittedSchema,
  project,
  randomColumns,
  ROUNDOFF,
  signs,
} from '@ctrflow/testkit';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';
import { oracleRows, oracleWeights } from './oracle-row';
import type { OracleWeights } from './oracle-row';
import { columnOutputs, logitsOf, lossAndGradients, randomizeWeights } from './run';

/** Logits and gradients against the float64 oracle. */
export function gradientTests<O extends object>(subject: ContractSubject<O>): void {
  // Planted bugs that this catches: a pair counted twice, another pooling, fields in another order, a bias left out.
  contractTest('logits follow the float64 oracle', () => {
    const { model, batch } = prepared(subject);
    expectOracleLogits(subject, model, batch);
    model.dispose();
  });

  // Planted bugs that this catches: a wrong customGrad, a stopped gradient, a weight that no gradient reaches, rows scattered to another table.
  contractTest('gradients of every weight and table follow the finite differences of the oracle', () => {
    const { model, batch } = prepared(subject);
    const { gradients } = lossAndGradients(model, batch);
    const weights = oracleWeights(model);
    const trained = model.weights.filter(({ trainable }) => trainable).map(({ path }) => path);
    const tables = model.groups.flatMap(({ name, tables: own }) => own.map((table) => `${name}/${table.name}`));
    expect(Object.keys(gradients).sort(), 'a gradient for every weight and table').toEqual(
      [...trained, ...tables].sort(),
    );
    for (const [path, gradient] of Object.entries(gradients)) {
      const direction = directionOf(model, path, gradient.length);
      const loss = (values: Float64Array): number =>
        exactLoss(model, batch, oracleLogits(subject, model, batch, { ...weights, [path]: values }));
      const exact = directionalDifference(loss, weights[path], direction);
      const { value, magnitude } = project(gradient, direction);
      if (subject.withoutGradient.includes(path)) expect(magnitude, path).toBeLessThan(1e-6);
      else expect(magnitude, `${path}: no gradient arrives; is its layer called in the step?`).toBeGreaterThan(0);
      // Roundings of the chain forward and back, in proportion to the terms; 1e-9 is the difference's own error.
      const bound = 8 * subject.roundings * ROUNDOFF * magnitude + 1e-9;
      expect(Math.abs(value - exact), `gradient of ${path}: ${value} against ${exact}`).toBeLessThanOrEqual(bound);
    }
    model.dispose();
  });
}

/** Compares the logits of a batch with the oracle's, within what `roundings` roundings of their terms lose. */
export function expectOracleLogits<O extends object>(
  subject: ContractSubject<O>,
  model: CtrModel,
  batch: EncodedColumns,
): void {
  const exact = oracleLogits(subject, model, batch, oracleWeights(model));
  const magnitude = magnitudes(subject, model, batch);
  const names = columnOutputs(model);
  logitsOf(model, batch).forEach((logit, b) => {
    const message = `${names[Math.floor(b / batch.numRows)]} of row ${b % batch.numRows}: ${logit} in the model, ${exact[b]} in the oracle`;
    expect(Math.abs(logit - exact[b]), message).toBeLessThanOrEqual(subject.roundings * ROUNDOFF * magnitude[b]);
  });
}

function prepared<O extends object>({
  factory,
  options,
  spec,
}: ContractSubject<O>): { readonly model: CtrModel; readonly batch: EncodedColumns } {
  const schema = fittedSchema(spec);
  const model = factory(schema, options);
  randomizeWeights(model);
  return { model, batch: schema.encode(randomColumns(spec, 17, 3)) };
}

/** The cross-entropies of all targets. */
function exactLoss(model: CtrModel, { targets = {}, numRows }: EncodedColumns, logits: readonly number[]): number {
  return predictionsOf(model).reduce((sum, { target: { name }, output }) => {
    const first = columnOutputs(model).indexOf(output) * numRows;
    return sum + exactCrossEntropy(logits.slice(first, first + numRows), targets[name]);
  }, 0);
}

/** The oracle's outputs of all rows, in the order of {@link logitsOf}. */
function byOutput(model: CtrModel, rows: readonly (number | Readonly<Record<string, number>>)[]): number[] {
  return columnOutputs(model).flatMap((output) => rows.map((row) => (typeof row === 'number' ? row : row[output])));
}

function oracleLogits<O extends object>(
  { oracle }: ContractSubject<O>,
  model: CtrModel,
  batch: EncodedColumns,
  weights: OracleWeights,
): number[] {
  const filled = model.options as Parameters<typeof oracle>[1];
  const rows = oracleRows(model.schema, batch, weights, { dim: filled.embeddingDim });
  return byOutput(model, rows.map((row) => oracle(row, filled))); // prettier-ignore
}

/** About the sum of the magnitudes of a logit's terms, by row: the oracle of the magnitudes of everything. */
function magnitudes<O extends object>(
  { oracle }: ContractSubject<O>,
  model: CtrModel,
  batch: EncodedColumns,
): number[] {
  const weights = Object.entries(oracleWeights(model)).map(([path, values]) => [path, values.map(Math.abs)] as const);
  const filled = model.options as Parameters<typeof oracle>[1];
  const sizes = { dim: filled.embeddingDim, magnitudes: true };
  const rows = oracleRows(model.schema, batch, Object.fromEntries(weights), sizes);
  return byOutput(model, rows.map((row) => oracle(row, filled))).map((logit) => 1 + Math.abs(logit)); // prettier-ignore
}

/** Signs, except on padding rows: those take no gradient. */
function directionOf(model: CtrModel, path: string, size: number): Float64Array {
  const direction = signs(size, path);
  for (const group of model.groups) {
    for (const { name, paddingRow } of group.tables)
      if (path === `${group.name}/${name}` && paddingRow !== false) direction.fill(0, 0, group.dim);
  }
  return direction;
}
