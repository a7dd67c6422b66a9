import { memory } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { integerAt, randomKey } from '@ctrflow/core';
import type { RawTable, SchemaSpec } from '@ctrflow/features';
import type { CtrModel } from '@ctrflow/model-kit';
import { modelWeights } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns, textColumn } from '@ctrflow/testkit';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';
import { logitsOf, randomizeWeights, trainStep } from './run';

/** What differs in training, determinism, leaks, and that it learns. */
export function trainingTests<O extends object>(subject: ContractSubject<O>): void {
  modeTests(subject);
  stepTests(subject);
  learningTests(subject);
}

function statistics(model: CtrModel): Record<string, unknown> {
  const kept = model.weights.filter(({ trainable }) => !trainable);
  return Object.fromEntries(kept.map(({ path, variable }) => [path, variable.dataSync().slice()]));
}

function modeTests<O extends object>({ factory, options, trainingOptions, spec }: ContractSubject<O>): void {
  // Planted bugs that this catches: dropout that follows its rate alone; moving statistics that move in prediction.
  contractTest('dropout and batch statistics act in training only', () => {
    const schema = fittedSchema(spec);
    const batch = schema.encode(randomColumns(spec, 20, 3));
    const model = factory(schema, trainingOptions);
    randomizeWeights(model);
    const before = statistics(model);
    const logits = logitsOf(model, batch);
    logitsOf(model, batch).forEach((logit, row) => {
      expect(logit, `logit of row ${row}, asked twice; does a layer draw anything in prediction?`).toBe(logits[row]);
    });
    for (const [path, values] of Object.entries(statistics(model)))
      expect(values, `${path}: moving statistics move in training only`).toEqual(before[path]);
    const differs = trainingOptions !== options || Object.keys(before).length > 0;
    const inTraining = logitsOf(model, batch, true);
    const same = inTraining.every((logit, row) => logit === logits[row]);
    const hint = differs ? 'is dropout on in training?' : 'give trainingOptions if something acts in training only';
    expect(same, `logits in training equal those in prediction: ${hint}`).toBe(!differs);
    for (const [path, values] of Object.entries(statistics(model))) expect(values, path).not.toEqual(before[path]);
    model.dispose();
  });
}

function stepTests<O extends object>({ factory, trainingOptions, spec }: ContractSubject<O>): void {
  const schema = fittedSchema(spec);
  const batches = [1, 2].map((seed) => schema.encode(randomColumns(spec, 16, seed)));

  contractTest('two training steps give the same weights every time', () => {
    const run = (): ReturnType<typeof modelWeights> => {
      const model = factory(schema, trainingOptions);
      for (const batch of batches) trainStep(model, batch, 0.1, randomKey(2));
      const weights = modelWeights(model);
      model.dispose();
      return weights;
    };
    const [first, second] = [run(), run()];
    for (const [path, { data }] of Object.entries(first)) {
      const at = data.findIndex((value, i) => value !== second[path].data[i]);
      expect(at, `${path}[${at}] differs from run to run; does a layer draw without the seed, or without the step's mask?`).toBe(-1); // prettier-ignore
    }
  });

  // Planted bug that this catches: a tensor that a layer makes outside of tidy.
  contractTest('no tensor outlives prediction, a step or the model', () => {
    const before = memory().numTensors;
    const model = factory(schema, trainingOptions);
    const numWeights = model.weights.length;
    expect(memory().numTensors).toBe(before + numWeights);
    logitsOf(model, batches[0]);
    trainStep(model, batches[0], 0.1, randomKey(2));
    expect(memory().numTensors).toBe(before + numWeights);
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });
}

function learningTests<O extends object>({ factory, options, spec }: ContractSubject<O>): void {
  // Planted bugs that this catches: a gradient of the wrong sign, a path to the logit that is cut.
  contractTest('learns labels that one field decides', () => {
    const schema = fittedSchema(spec);
    const batch = schema.encode(separable(spec, randomColumns(spec, 64, 7)));
    const model = factory(schema, { ...options, embeddingStdDev: 0.05 });
    const losses = Array.from({ length: 60 }, () => trainStep(model, batch, 0.5));
    expect(losses[0]).toBeGreaterThan(0.5);
    expect(Math.min(...losses.slice(-5))).toBeLessThan(0.5 * losses[0]);
    model.dispose();
  });
}

/** Rows whose targets are 1 where the first field has an odd value. */
function separable({ fields: [{ name }], label, targets = [] }: SchemaSpec, table: RawTable): RawTable {
  const values = Array.from({ length: table.numRows }, (_, row) => integerAt(randomKey('separable'), row, 6));
  const labels = textColumn(values.map((value) => String(value % 2)));
  const column = textColumn(values.map((value) => `v${value}`));
  const ofTargets = [...(label ? [label.column] : []), ...targets.map((target) => target.column ?? target.name)];
  const same = Object.fromEntries(ofTargets.map((target) => [target, labels]));
  return { numRows: table.numRows, columns: { ...table.columns, [name]: column, ...same } };
}
