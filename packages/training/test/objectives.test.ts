import '@tensorflow/tfjs-backend-cpu';
import { reshape, sum } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { fillNormal, foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import type { EncodedColumns, TargetSpec } from '@ctrflow/features';
import { Dense, MLP } from '@ctrflow/layers';
import { binaryCrossEntropy, discriminatorLoss, focalLoss, generatorLoss, poissonLoss } from '@ctrflow/losses';
import { LOGIT, defineModel, objectivesOf, predictionsOf } from '@ctrflow/model-kit';
import type { CtrModel, DataFeed, Objective } from '@ctrflow/model-kit';
import { fittedSchema } from '@ctrflow/testkit';
import {
  adam,
  compiledEngine,
  eagerEngine,
  evaluate,
  fit,
  predict,
  predictTargets,
  scoreRows,
  scoreTargets,
  sgd,
} from '../src/index';
import type { PreparedModel, StepEngine, StepSettings } from '../src/index';
import { turnsOf } from '../src/turns';

const targets: readonly TargetSpec[] = [
  { name: 'click', kind: 'binary' },
  { name: 'spend', kind: 'number' },
  { name: 'device', kind: 'class', classes: ['phone', 'desk', 'watch'] },
];
const fields = [
  { name: 'user', kind: 'hashed' as const, numBuckets: 20 },
  { name: 'age', kind: 'numeric' as const, transform: 'none' as const, missingIndicator: false },
];
const schema = fittedSchema({ fields, targets });

/** An output for each target, as wide as it has to be. */
const heads = defineModel({
  name: 'heads', version: 1, summary: '', paper: '',
  assemble(a) {
    const embeddings = a.embeddings({ dim: 4 });
    const shared = a.layer('shared', new MLP({ hiddenUnits: [6] }));
    const towers = a.targets.map((target) => {
      const units = target.kind === 'class' ? target.classes.length : 1;
      return [target.name, a.layer(`tower/${target.name}`, new Dense({ units }))] as const;
    });
    return () => {
      const x = shared(reshape(embeddings(), [-1, 8]));
      return Object.fromEntries(towers.map(([name, tower]) => [name, tower(x)]));
    };
  },
}); // prettier-ignore

function batchOf(seed: number, numRows = 24, lacks = false): EncodedColumns {
  const key = randomKey(seed);
  const draw = (name: string, of: (u: number) => number): number[] =>
    Array.from({ length: numRows }, (_, row) => of(uniformAt(foldIn(key, name), row)));
  const missing = (row: number): boolean => lacks && row % 3 === 0;
  return {
    numRows,
    ids: { user: Int32Array.from(draw('user', (u) => 1 + Math.floor(u * 20))) },
    values: { age: Float32Array.from(draw('age', (u) => u - 0.5)) },
    lists: {},
    targets: {
      click: Float32Array.from(draw('click', (u) => Number(u > 0.5))).map((y, row) => (missing(row) ? NaN : y)),
      spend: Float32Array.from(draw('spend', (u) => 3 * u)).map((y, row) => (missing(row + 1) ? NaN : y)),
      device: Float32Array.from(draw('device', (u) => Math.floor(3 * u))).map((y, row) => (missing(row + 2) ? NaN : y)),
    },
    weight: Float32Array.from(draw('weight', (u) => 0.5 + u)),
  };
}

const engines: readonly [string, StepEngine][] = [
  ['eager', eagerEngine({ backend: 'cpu' })],
  ['compiled', compiledEngine({ threads: 1 })],
];
const settings: StepSettings = {
  optimizer: adam(0.01),
  tableOptimizer: { kind: 'lazy-adam' },
  l2: { net: 0, embedding: 0 },
  key: randomKey(5),
};

/** Sums over the rows that have a target, in float64. */
function exactLosses(batch: EncodedColumns, outputs: Readonly<Record<string, Float32Array>>): Record<string, number> {
  const weighted = (name: string, of: (y: number, row: number) => number): number => {
    let [sum, total] = [0, 0];
    batch.targets![name].forEach((y, row) => {
      if (Number.isNaN(y)) return;
      sum += batch.weight![row] * of(y, row);
      total += batch.weight![row];
    });
    return sum / total;
  };
  return {
    click: weighted('click', (y, row) => Math.log1p(Math.exp(outputs.click[row])) - y * outputs.click[row]),
    spend: weighted('spend', (y, row) => (y - outputs.spend[row]) ** 2),
    device: weighted('device', (y, row) => {
      const scores = Array.from(outputs.device.subarray(3 * row, 3 * row + 3));
      return Math.log(scores.reduce((sum, z) => sum + Math.exp(z), 0)) - scores[y];
    }),
  };
}

async function outputsOf(prepared: PreparedModel, batch: EncodedColumns): Promise<Record<string, Float32Array>> {
  return Object.fromEntries(Object.entries(await prepared.outputs(batch)).map(([name, { data }]) => [name, data]));
}

describe.each(engines)('%s', (_, engine) => {
  test('by default each target has its loss, of the rows that have it', async () => {
    const model = heads(schema);
    const batch = batchOf(1, 24, true);
    const prepared = await engine.prepare(model, settings);
    const exact = exactLosses(batch, await outputsOf(prepared, batch));
    const { loss, losses } = await prepared.trainStep(batch, { step: 1, learningRate: 0.01 });
    expect(Object.keys(losses!)).toEqual(['click', 'spend', 'device']);
    for (const [name, wanted] of Object.entries(exact)) expect(losses![name]).toBeCloseTo(wanted, 5);
    expect(loss).toBeCloseTo(exact.click + exact.spend + exact.device, 4);
    prepared.dispose();
    model.dispose();
  });

  test('what a row lacks changes nothing, whatever the others are', async () => {
    const after = async (batch: EncodedColumns): Promise<Record<string, Float32Array>> => {
      const model = heads(schema);
      const prepared = await engine.prepare(model, settings);
      for (let step = 1; step <= 3; step++) await prepared.trainStep(batch, { step, learningRate: 0.01 });
      const outputs = await outputsOf(prepared, batchOf(9));
      prepared.dispose();
      model.dispose();
      return outputs;
    };
    const batch = batchOf(2, 24, true);
    const clicks = batch.targets!.click;
    const without = { ...batch, targets: { ...batch.targets, click: clicks.map(() => NaN) } };
    const outputs = await after(without);
    // The tower of clicks has no row to learn from: the same as with all its rows at weight 0, and unlike the batch itself.
    expect(outputs.click).not.toEqual((await after(batch)).click);
    const none = { ...batch, targets: { spend: batch.targets!.spend, device: batch.targets!.device } };
    await expect(after(none)).rejects.toThrow(/click/);
  });

  test('factors weigh objectives; the user may give others than the model', async () => {
    const model = heads(schema);
    const objectives: readonly Objective[] = [
      { name: 'focal', loss: focalLoss({ output: 'click', target: 'click', gamma: 2 }), weight: 3 },
      { name: 'count', loss: poissonLoss({ output: 'spend', target: 'spend' }), weight: 0.5 },
    ];
    const prepared = await engine.prepare(model, { ...settings, objectives });
    const { loss, losses } = await prepared.trainStep(batchOf(3), { step: 1, learningRate: 0.01 });
    expect(loss).toBeCloseTo(3 * losses!.focal + 0.5 * losses!.count, 5);
    prepared.synchronize();
    prepared.dispose();
    // What the losses do not reach stays as it was drawn.
    const fresh = heads(schema);
    const weightsOf = (of: CtrModel, path: string): number[] =>
      Array.from(of.weights.find((weight) => weight.path.startsWith(path))!.variable.dataSync());
    expect(weightsOf(model, 'tower/device')).toEqual(weightsOf(fresh, 'tower/device'));
    expect(weightsOf(model, 'tower/click')).not.toEqual(weightsOf(fresh, 'tower/click'));
    model.dispose();
    fresh.dispose();
  });
});

test('the same weights are one turn, however they are written', () => {
  const model = heads(schema);
  const named = (name: string, weights?: Objective['weights']): Objective => ({
    name,
    loss: binaryCrossEntropy({ output: 'click', target: 'click' }),
    ...(weights !== undefined && { weights }),
  });
  const turns = turnsOf(model, { ...settings, objectives: [named('a'), named('b', '**'), named('c', ['**'])] });
  expect(turns.map(({ objectives }) => objectives.map(({ name }) => name))).toEqual([['a', 'b', 'c']]);
  model.dispose();
});

test('engines agree on several objectives, clipped too', async () => {
  for (const clipNorm of [undefined, 0.5]) {
    const outputs = await Promise.all(
      engines.map(async ([, engine]) => {
        const model = heads(schema);
        const prepared = await engine.prepare(model, { ...settings, ...(clipNorm !== undefined && { clipNorm }) });
        for (let step = 1; step <= 4; step++)
          await prepared.trainStep(batchOf(step, 24, true), { step, learningRate: 0.01 });
        const found = await outputsOf(prepared, batchOf(9));
        prepared.dispose();
        model.dispose();
        return found;
      }),
    );
    for (const [name, values] of Object.entries(outputs[0]))
      values.forEach((value, i) => {
        expect(outputs[1][name][i]).toBeCloseTo(value, 4);
      });
  }
});

/** Noise `[B, 3]`, drawn anew in every step of training. */
const noise: DataFeed & { readonly when: 'always' } = {
  kind: 'noise',
  name: 'noise',
  slots: [],
  when: 'always',
  dtype: 'float32',
  shape: ({ B }) => [B, 3],
  fill: ({ batch: { numRows }, key = randomKey(0) }, buffers) => ({
    data: fillNormal(foldIn(key, 'noise'), buffers.floats(numRows * 3), 0, 1),
    shape: [numRows, 3],
  }),
};

const gan = defineModel({
  name: 'toy-gan', version: 1, summary: '', paper: '',
  assemble(a) {
    const real = a.values(['age']);
    const z = a.feed(noise);
    const generator = a.layer('g', new MLP({ hiddenUnits: [8], outputUnits: 1, activation: 'tanh' }));
    const discriminator = a.layer('d', new MLP({ hiddenUnits: [8], outputUnits: 1 }));
    return () => {
      const sample = generator(z());
      return { sample, fake: discriminator(sample), real: discriminator(real()) };
    };
  },
  objectives: () => [
    { name: 'discriminator', loss: discriminatorLoss({ real: 'real', fake: 'fake' }), weights: 'd/**' },
    { name: 'generator', loss: generatorLoss({ fake: 'fake' }), weights: ['g/**'], optimizer: sgd(0.05), every: 2 },
  ],
}); // prettier-ignore

describe('objectives that take turns', () => {
  const unlabelled = fittedSchema({ fields });

  test.each(engines)('%s: each trains its own weights, in its own steps', async (_, engine) => {
    const model = gan(unlabelled);
    const prepared = await engine.prepare(model, settings);
    const weights = (path: string): number[] => {
      prepared.synchronize();
      return model.weights
        .filter((weight) => weight.path.startsWith(path))
        .flatMap(({ variable }) => Array.from(variable.dataSync()));
    };
    for (let step = 1; step <= 4; step++) {
      const before = { g: weights('g/'), d: weights('d/') };
      const { losses, loss } = await prepared.trainStep(batchOf(step), { step, learningRate: 0.01 });
      expect(weights('d/')).not.toEqual(before.d);
      expect(Object.keys(losses!)).toEqual(step % 2 === 0 ? ['discriminator', 'generator'] : ['discriminator']);
      expect(loss).toBeCloseTo(
        Object.values(losses!).reduce((sum, each) => sum + each, 0),
        6,
      );
      if (step % 2 === 0) expect(weights('g/')).not.toEqual(before.g);
      else expect(weights('g/')).toEqual(before.g);
    }
    expect(Object.keys(prepared.optimizerState()).every((name) => name.startsWith('d/'))).toBe(true); // sgd has none
    prepared.dispose();
    model.dispose();
  });

  test('engines agree', async () => {
    const trained = await Promise.all(
      engines.map(async ([, engine]) => {
        const model = gan(unlabelled);
        const prepared = await engine.prepare(model, settings);
        for (let step = 1; step <= 6; step++) await prepared.trainStep(batchOf(step), { step, learningRate: 0.01 });
        const { sample } = await outputsOf(prepared, batchOf(9));
        prepared.dispose();
        model.dispose();
        return sample;
      }),
    );
    trained[0].forEach((value, i) => {
      expect(trained[1][i]).toBeCloseTo(value, 5);
    });
  });

  test('a generator learns the distribution of a column', async () => {
    const model = gan(unlabelled);
    const ages = Float32Array.from({ length: 512 }, (_, row) => 3 + uniformAt(randomKey(1), row));
    const rows = rowsInMemory({ numRows: 512, ids: { user: new Int32Array(512) }, values: { age: ages }, lists: {} });
    const { history } = await fit(model, { ...dataset, schema: unlabelled, train: rows }, { batchSize: 128, epochs: 60, optimizer: adam(0.02), engine: engines[1][1] }); // prettier-ignore
    expect(history).toHaveLength(60);
    const prepared = await engines[0][1].prepare(model);
    const { sample } = await outputsOf(prepared, batchOf(4, 200));
    const mean = sample.reduce((sum, x) => sum + x, 0) / sample.length;
    expect(mean).toBeGreaterThan(2); // it begins at 0
    expect(mean).toBeLessThan(5);
    prepared.dispose();
    model.dispose();
  }); // prettier-ignore
});

const numRows = { read: 0, train: 0, valid: 0, test: 0 };
const dataset: Omit<Dataset, 'train'> = {
  schema,
  summary: { sources: [], numRows, dropped: {}, seconds: 0, reused: false },
};
const data: Dataset = { ...dataset, train: rowsInMemory(batchOf(1, 200, true)), valid: rowsInMemory(batchOf(2, 100, true)), test: rowsInMemory(batchOf(3, 100)) }; // prettier-ignore

test('fit tells metrics by target, watches one, and takes metrics of the user', async () => {
  const model = heads(schema);
  const share = { name: 'positives', kind: 'binary', better: 'maximize', of: ({ labels }: { labels: Float32Array }) => labels.reduce((sum, y) => sum + y, 0) } as const; // prettier-ignore
  const { valid, test: onTest } = await fit(model, data, {
    epochs: 2,
    batchSize: 64,
    monitor: 'spend.rmse',
    metrics: [share],
    engine: engines[0][1],
  });
  const names = ['auc', 'logLoss', 'prAuc', 'normalizedEntropy', 'brier', 'ece', 'calibration', 'positives'];
  expect(Object.keys(onTest!)).toEqual([...names.map((name) => `click.${name}`), 'spend.rmse', 'spend.mae', 'spend.calibration', 'device.logLoss', 'device.accuracy']); // prettier-ignore
  const known = batchOf(2, 100, true).targets!.click.filter((y) => !Number.isNaN(y));
  expect(valid!['click.positives']).toBe(known.reduce((sum, y) => sum + y, 0));
  expect(await evaluate(model, data.test!, { engine: engines[0][1] })).toEqual(Object.fromEntries(Object.entries(onTest!).filter(([name]) => name !== 'click.positives'))); // prettier-ignore
  // Only rows that have the target are scored, in the stored order.
  const scored = await scoreRows(model, data.valid!, { engine: engines[0][1] });
  expect(Array.from(scored.labels)).toEqual(Array.from(known));
  const { device } = await scoreTargets(model, data.test!, { engine: engines[0][1] });
  expect(device.kind === 'class' && device.probabilities.length).toBe(300);
  for await (const { click, device: shares } of predictTargets(model, data.test!, { engine: engines[0][1] })) {
    expect(click).toHaveLength(100);
    expect(shares.subarray(0, 3).reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 10);
  }
  model.dispose();
});

describe('what is refused', () => {
  const cases: readonly [string, Parameters<typeof fit>[2], RegExp][] = [
    ['no objective', { objectives: [] }, /fit: expected a list of one objective or more/],
    ['no loss', { objectives: [{ name: 'a', loss: { kind: 'x' } as never }] }, /objective a: expected a loss, as binaryCrossEntropy/],
    ['an unknown target', { objectives: [{ name: 'a', loss: binaryCrossEntropy({ output: 'click', target: 'buy' }) }] }, /objective a: expected a target among click, spend, device, got "buy"/],
    ['cross-entropy of a number', { objectives: [{ name: 'a', loss: binaryCrossEntropy({ output: 'click', target: 'spend' }) }] }, /a binary target of the cross-entropy, got "spend \(number\)"/],
    ['one name twice', { objectives: [0, 1].map(() => ({ name: 'a', loss: binaryCrossEntropy({ output: 'click', target: 'click' }) })) }, /a name of its own for each objective, got "a twice"/],
    ['paths that nothing has', { objectives: [{ name: 'a', loss: binaryCrossEntropy({ output: 'click', target: 'click' }), weights: 'deep/*' }] }, /weights of model heads that objective a trains, among .*tower\/click.*got "deep\/\*"/],
    ['two optimizers for one weight', { objectives: [{ name: 'a', loss: binaryCrossEntropy({ output: 'click', target: 'click' }) }, { name: 'b', loss: binaryCrossEntropy({ output: 'click', target: 'click' }), optimizer: sgd(1) }] }, /expected one optimizer for \w+\/.*got "objectives a and b"/],
    ['a turn of 0 steps', { objectives: [{ name: 'a', loss: binaryCrossEntropy({ output: 'click', target: 'click' }), every: 0 }] }, /every/],
    ['a metric without its target', { monitor: 'auc' }, /fit: expected one of click\.auc, .*for monitor, got "auc"/],
    ['a metric that is none', { metrics: [{ name: 'x' }] as never }, /a metric, as \{ name, kind, better, of \}/],
  ]; // prettier-ignore
  test.each(cases)('%s', async (_, options, message) => {
    const model = heads(schema);
    await expect(fit(model, data, { engine: engines[0][1], ...options })).rejects.toThrow(message);
    model.dispose();
  });

  test('outputs that predict no target, weights that no loss depends on', async () => {
    const other = defineModel({
      name: 'other', version: 1, summary: '', paper: '',
      assemble(a) {
        const embeddings = a.embeddings();
        const [used, unused] = ['used', 'unused'].map((path) => a.layer(path, new Dense({ units: 1 })));
        return () => ({ score: used(sum(embeddings(), 1)), rest: unused(sum(embeddings(), 1)) });
      },
      ...{},
    }); // prettier-ignore
    const model = other(schema);
    expect(() => objectivesOf(model)).toThrow(
      /an output logit or click or spend or device of model other, got "score, rest"; name the outputs/,
    );
    const objectives = [{ name: 'a', loss: binaryCrossEntropy({ output: 'score', target: 'click' }) }];
    expect(predictionsOf(model, objectives)).toEqual([{ target: targets[0], output: 'score', link: 'sigmoid' }]);
    Object.assign(model, { objectives });
    for (const [, engine] of engines) await expect(fit(model, data, { engine })).rejects.toThrow(/model other: expected a loss that depends on unused\/kernel, got "objective a"/); // prettier-ignore
    model.dispose();
  });

  test('without a declared target a logit is a probability all the same, which nothing can be trained on', async () => {
    const single = defineModel({ name: 'single', version: 1, summary: '', paper: '', assemble: (a) => a.linear() });
    const model = single(fittedSchema({ fields }));
    const prepared = await engines[0][1].prepare(model);
    const logits = await prepared.logits(batchOf(1));
    prepared.dispose();
    for await (const scores of predict(model, rowsInMemory(batchOf(1)), { engine: engines[0][1] }))
      scores.forEach((score, row) => {
        expect(score).toBeCloseTo(1 / (1 + Math.exp(-logits[row])), 12);
      });
    expect(() => objectivesOf(model)).toThrow(/expected a schema with a target, got "none"/);
    model.dispose();
  });

  test('a model of one output predicts the main target', () => {
    const single = defineModel({
      name: 'single', version: 1, summary: '', paper: '',
      assemble: (a) => a.linear(),
    }); // prettier-ignore
    const model = single(schema);
    expect(model.outputs).toEqual([LOGIT]);
    expect(objectivesOf(model).map(({ name, loss }) => [name, loss.kind, loss.output])).toEqual([
      ['click', 'binary-cross-entropy', 'logit'],
    ]);
    model.dispose();
  });
});
