import { expect } from 'vitest';
import type { EncodedColumns } from '@ctrflow/features';
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
import { logitsOf, lossAndGradients, randomizeWeights } from './run';

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
        exactCrossEntropy(
          oracleLogits(subject, model, batch, { ...weights, [path]: values }),
          batch.targets?.label ?? [],
        );
      const exact = directionalDifference(loss, weights[path], direction);
      const { value, magnitude } = project(gradient, direction);
      expect(magnitude, `${path}: no gradient arrives; is its layer called in the step?`).toBeGreaterThan(0);
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
  logitsOf(model, batch).forEach((logit, b) => {
    const message = `logit of row ${b}: ${logit} in the model, ${exact[b]} in the oracle`;
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

function oracleLogits<O extends object>(
  { oracle }: ContractSubject<O>,
  { schema, options }: CtrModel,
  batch: EncodedColumns,
  weights: OracleWeights,
): number[] {
  const filled = options as Parameters<typeof oracle>[1];
  return oracleRows(schema, batch, weights, { dim: filled.embeddingDim }).map((row) => oracle(row, filled));
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
  return rows.map((row) => 1 + Math.abs(oracle(row, filled)));
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
