import { expect } from 'vitest';
import { randomKey } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { modelWeights } from '@ctrflow/model-kit';
import type { CommonModelOptions, CtrModel } from '@ctrflow/model-kit';
import { ROUNDOFF, fittedSchema, randomColumns } from '@ctrflow/testkit';
import { compiledEngine, eagerEngine, sgd } from '@ctrflow/training';
import type { StepEngine, StepSettings } from '@ctrflow/training';
import { contractTest } from './contract-test';
import { withoutLists } from './lists';
import type { ContractSubject } from './model-contract';
import { randomizeWeights } from './run';

/**
 * Plain gradient descent: where a gradient is 0 but for rounding (a bias before a batch normalization), it moves a weight by a rounding. Adam would divide one rounding by another.
 * What the optimizers do is the same for all models, and tested beside them.
 */
const settings: StepSettings = {
  optimizer: sgd(0.1),
  tableOptimizer: { kind: 'sgd' },
  l2: { net: 1e-2, embedding: 1e-2 },
  key: randomKey(5),
};

/** A training that both engines run. */
interface Trial<O> {
  readonly options: O & CommonModelOptions;
  /** Rows of each batch. */
  readonly sizes: readonly number[];
}

/**
 * With dropout, batches whose longest list has 4 entries: the compiled engine pads lists to some lengths only, and the mask of an axis of T places is another one for another T. Without it, one row
 * alone and lists of all lengths too.
 */
function trialsOf<O extends object>({ options, trainingOptions }: ContractSubject<O>): readonly Trial<O>[] {
  const plain = { options, sizes: [16, 7, 1, 1] };
  return options === trainingOptions ? [plain] : [plain, { options: trainingOptions, sizes: [16, 16, 12] }];
}

/** The compiled engine against tfjs, op by op. */
export function engineTests<O extends object>(subject: ContractSubject<O>): void {
  // Planted bugs that this catches: values read back in a step, a shape that is not affine in B, a kernel lowered along another axis, statistics that are not updated.
  contractTest('trains and predicts compiled as it does op by op, for batches of several sizes', async () => {
    for (const trial of trialsOf(subject)) await compare(subject, trial);
  });
}

async function compare<O extends object>(subject: ContractSubject<O>, trial: Trial<O>): Promise<void> {
  const compiled = await trained(subject, trial, compiledEngine({ threads: 1 }));
  const eager = await trained(subject, trial, eagerEngine());
  const numSteps = trial.sizes.length;
  const bound = (scale: number): number => boundOf(subject.roundings, numSteps, scale);
  expect(compiled.engine, 'a kernel without a lowering? see the error of compiledEngine').toContain('compiled');
  eager.losses.forEach((loss, i) => {
    expectClose(`loss of step ${i + 1}`, compiled.losses[i], loss, bound(Math.max(1, Math.abs(loss))));
  });
  for (const [path, { before, after }] of Object.entries(eager.weights)) {
    const scale = after.reduce((most, value, i) => Math.max(most, Math.abs(value), Math.abs(value - before[i])), 0.1);
    after.forEach((value, i) => {
      expectClose(`${path}[${i}] after ${numSteps} steps`, compiled.weights[path].after[i], value, bound(scale)); // prettier-ignore
    });
  }
  eager.logits.forEach((logits, i) => {
    logits.forEach((logit, row) => {
      expectClose(`logit of row ${row} of ${logits.length}`, compiled.logits[i][row], logit, bound(Math.max(1, Math.abs(logit)))); // prettier-ignore
    });
  });
}

/** What `roundings` roundings on the way forward, as many back, and a sum over the rows lose in every step, of numbers as large as `scale`. */
function boundOf(roundings: number, numSteps: number, scale: number): number {
  return 8 * roundings * numSteps * ROUNDOFF * scale;
}

function expectClose(what: string, actual: number, wanted: number, bound: number): void {
  expect(Math.abs(actual - wanted), `${what}: ${actual} compiled, ${wanted} op by op`).toBeLessThanOrEqual(bound);
}

interface Trained {
  readonly engine: string;
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, { readonly before: Float32Array; readonly after: Float32Array }>>;
  readonly logits: readonly Float32Array[];
}

/** Some steps of training, then logits of batches of several sizes, one without any list entry. */
async function trained<O extends object>(
  { factory, spec }: ContractSubject<O>,
  { options, sizes }: Trial<O>,
  engine: StepEngine,
): Promise<Trained> {
  const schema = fittedSchema(spec);
  const batch = (numRows: number, seed: number): EncodedColumns => schema.encode(randomColumns(spec, numRows, seed));
  const model = factory(schema, options);
  randomizeWeights(model);
  const before = weightsOf(model);
  const prepared = await engine.prepare(model, settings);
  const losses: number[] = [];
  for (const [i, numRows] of sizes.entries()) {
    const { loss } = await prepared.trainStep(batch(numRows, i + 1), { step: i + 1, learningRate: 0.1 });
    losses.push(loss);
  }
  const logits: Float32Array[] = [];
  for (const rows of [batch(20, 11), batch(1, 12), withoutLists(batch(3, 13))])
    logits.push(Float32Array.from(Object.values(await prepared.outputs(rows)).flatMap(({ data }) => [...data])));
  const after = weightsOf(model);
  prepared.dispose();
  model.dispose();
  const weights = Object.entries(after).map(([path, values]) => [path, { before: before[path], after: values }] as const); // prettier-ignore
  return { engine: prepared.engine, losses, weights: Object.fromEntries(weights), logits };
}

function weightsOf(model: CtrModel): Readonly<Record<string, Float32Array>> {
  return Object.fromEntries(
    Object.entries(modelWeights(model)).map(([path, { data }]) => [path, data as Float32Array]),
  );
}
