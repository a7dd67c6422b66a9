import '@tensorflow/tfjs-backend-cpu';
import { randomKey } from '@ctrflow/core';
import { bst } from '@ctrflow/bst';
import { din } from '@ctrflow/din';
import { cnnLstm } from '@ctrflow/cnn-lstm';
import { dien } from '@ctrflow/dien';
import { dsin } from '@ctrflow/dsin';
import { windowFields } from '@ctrflow/features';
import type { FeatureSchema } from '@ctrflow/features';
import { maskNet } from '@ctrflow/masknet';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { rnn } from '@ctrflow/rnn';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { adam, compiledEngine, eagerEngine } from '../src/index';
import type { StepEngine, StepSettings } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'item', kind: 'categorical' },
    { name: 'category', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks' },
    { name: 'categories', kind: 'sequence', shareTable: 'category', history: 'clicks' },
    { name: 'behaviours', kind: 'sequence', history: 'clicks' },
  ],
  label: { column: 'click' },
});

/** For models that read windows. */
const windowed = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    ...windowFields('weeks', { channels: ['visits', 'spend'], numSteps: 8, transform: 'standard' }),
  ],
  label: { column: 'click' },
});

/** For models that read sessions: with 3 places each, batches are padded to other lengths than whole sessions. */
const inSessions = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'item', kind: 'categorical' },
    { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', sessions: { times: 'when', maxSessions: 4, maxSessionLength: 3 } }, // prettier-ignore
    { name: 'behaviours', kind: 'sequence', history: 'clicks' },
  ],
  label: { column: 'click' },
});

const settings: StepSettings = {
  optimizer: adam(0.01),
  tableOptimizer: { kind: 'lazy-adam' },
  l2: { net: 1e-3, embedding: 1e-4 },
  key: randomKey(5),
};

const small = { embeddingDim: 4, embeddingStdDev: 0.1, dropout: 0.25 };
const models: Readonly<Record<string, (schema: FeatureSchema) => CtrModel>> = {
  'masknet, parallel': (s) => maskNet(s, { ...small, blockUnits: [8, 8], hiddenUnits: [8] }),
  'masknet, serial': (s) => maskNet(s, { ...small, structure: 'serial', blockUnits: [8, 6], hiddenUnits: [] }),
  'masknet, mixed': (s) => maskNet(s, { ...small, structure: 'mixed', blockUnits: [8, 8, 6], hiddenUnits: [8] }),
  din: (s) => din(s, { ...small, attentionUnits: [6, 4], hiddenUnits: [8, 6] }),
  'din, with softmax and statistics over padding': (s) =>
    din(s, { ...small, attentionUnits: [6], hiddenUnits: [8], attentionSoftmax: true, diceStatistics: 'padded' }),
  'din, prelu': (s) => din(s, { ...small, attentionActivation: 'prelu', activation: 'prelu', hiddenUnits: [8] }),
  'rnn, gru': (s) => rnn(s, { ...small, units: 4, hiddenUnits: [8] }),
  'rnn, bidirectional lstm': (s) =>
    rnn(s, { ...small, cell: 'bidirectional-lstm', pooling: 'mean', units: 3, hiddenUnits: [8] }),
  'rnn, attention over a plain network': (s) =>
    rnn(s, { ...small, cell: 'rnn', pooling: 'attention', units: 4, hiddenUnits: [8] }),
  'cnn-lstm': (s) => cnnLstm(s, { ...small, filters: [4, 5], units: 4, hiddenUnits: [8] }),
  'dien, augru, auxiliary loss': (s) => dien(s, { ...small, hiddenUnits: [8], activation: 'dice' }),
  'dien, agru, auxiliary network': (s) =>
    dien(s, { ...small, evolution: 'agru', auxiliaryUnits: [4], sumPooling: true, hiddenUnits: [8] }),
  "dien, its code's conventions": (s) =>
    dien(s, { ...small, evolution: 'augru-raised', activationUnit: 'mlp', attentionUnits: [5], attentionActivation: 'dice', resetAfter: false, hiddenUnits: [8] }), // prettier-ignore
  dsin: (s) => dsin(s, { ...small, attentionDropout: 0.25, hiddenUnits: [8] }),
  'dsin, without bias encoding and norms, units of an mlp': (s) =>
    dsin(s, { ...small, biasEncoding: false, layerNorm: false, activationUnit: 'mlp', attentionUnits: [5], attentionActivation: 'dice', hiddenUnits: [8] }), // prettier-ignore
  bst: (s) => bst(s, { ...small, attentionDropout: 0.25, hiddenUnits: [8, 6] }),
  'bst, without positions, output at the target': (s) =>
    bst(s, { ...small, positions: false, pooling: 'target', hiddenUnits: [8] }),
  'bst, all outputs side by side': (s) => bst(s, { ...small, pooling: 'concat', hiddenUnits: [8] }),
};

interface Trained {
  readonly engine: string;
  readonly losses: readonly number[];
  readonly weights: Readonly<Record<string, Float32Array>>;
  readonly logits: Float32Array;
}

/** Trains 20 steps with batches of two sizes; gives losses, all weights and logits. */
async function trained(engine: StepEngine, model: CtrModel): Promise<Trained> {
  const prepared = await engine.prepare(model, settings);
  const losses: number[] = [];
  for (let step = 1; step <= 20; step++) {
    const batch = model.schema.encode(randomColumns(model.schema.spec, step % 5 === 0 ? 20 : 32, step));
    losses.push((await prepared.trainStep(batch, { step, learningRate: 0.01 })).loss);
  }
  prepared.synchronize();
  const logits = (await prepared.logits(model.schema.encode(randomColumns(model.schema.spec, 17, 99)))).slice();
  const weights = Object.fromEntries(
    Object.entries(modelWeights(prepared.model)).map(([path, { data }]) => [path, data as Float32Array]),
  );
  const { engine: name } = prepared;
  prepared.dispose();
  return { engine: name, losses, weights, logits };
}

// Planted bugs that this fails for: a kernel lowered with another axis, statistics that are not updated, a gradient of a list that is lost.
test.each(Object.keys(models))('%s trains compiled as it does op by op', async (name) => {
  const fields = name.startsWith('cnn-lstm') ? windowed : name.startsWith('dsin') ? inSessions : schema;
  const [one, other] = [models[name](fields), models[name](fields)];
  const compiled = await trained(compiledEngine(), one);
  const eager = await trained(eagerEngine(), other);
  expect(compiled.engine).not.toContain('eager');
  compiled.losses.forEach((loss, i) => {
    expect(Math.abs(loss - eager.losses[i]), `loss of step ${i + 1}`).toBeLessThan(5e-5);
  });
  for (const [path, values] of Object.entries(eager.weights)) {
    const scale = Math.max(1e-2, ...values.map(Math.abs));
    values.forEach((value, i) => {
      expect(Math.abs(value - compiled.weights[path][i]), `${path}[${i}]`).toBeLessThan(5e-3 * scale);
    });
  }
  compiled.logits.forEach((logit, i) => {
    expect(Math.abs(logit - eager.logits[i])).toBeLessThan(1e-3);
  });
  one.dispose();
  other.dispose();
});
