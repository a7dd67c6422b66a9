import type { FeatureSchema } from '@ctrflow/features';
import type { CtrModel } from '@ctrflow/model-kit';
import type { FitResult } from '@ctrflow/training';
import { describe, expect, it } from 'vitest';
import { describeModel, modelAsJson } from '../src/output/describe-model';
import { describeSchema } from '../src/output/describe-schema';
import { renderComparison, renderSummary, summarize } from '../src/steps/summary';

const model = {
  name: 'deepfm',
  version: 1,
  options: { embeddingDim: 4, hiddenUnits: [8] },
  numParameters: 1045,
  groups: [{ name: 'embeddings', dim: 4, tables: [{ name: 'city', numRows: 250 }] }],
  weights: [
    { path: 'deep/dense_1/kernel', variable: { shape: [4, 8] }, trainable: true },
    { path: 'deep/norm/mean', variable: { shape: [8] }, trainable: false },
    { path: 'bias', variable: { shape: [] }, trainable: true },
  ],
} as unknown as CtrModel;

const schema = {
  spec: {
    fields: [
      { name: 'age', kind: 'numeric', column: 'years', transform: 'log' },
      { name: 'city', kind: 'categorical', minCount: 2 },
      { name: 'seen', kind: 'sequence', shareTable: 'city' },
    ],
    label: { column: 'click' },
    group: 'user',
  },
  slots: [
    { kind: 'value', name: 'age' },
    { kind: 'value', name: 'age:missing' },
    { kind: 'id', name: 'city', table: 'city', numRows: 1200 },
    { kind: 'list', name: 'seen', table: 'city', numRows: 1200, maxLength: 50, weighted: false },
  ],
  fingerprint: '00ff',
} as unknown as FeatureSchema;

const result: FitResult = {
  model,
  ...{ engine: 'eager/cpu', history: [], bestEpoch: 2, rows: 1000, epochs: 3, seconds: 5, samplesPerSecond: 600 },
  stopped: 'early-stopping',
  valid: { auc: 0.75, logLoss: 0.5, gauc: 0.7 },
};

describe('describeModel', () => {
  it('lists tables and weights with shapes, parameters and memory', () => {
    const text = describeModel(model);
    expect(text).toMatch(/^deepfm \(version 1\)\n {2}embeddingDim 4, hiddenUnits \[8\]\n/);
    expect(text).toMatch(/embeddings\/city +250 x 4 +1,000\n/);
    expect(text).toMatch(/deep\/norm\/mean +8 +8 \(fixed\)\n/);
    expect(text).toMatch(/bias +scalar +1\n/);
    expect(text).toMatch(/total +1,045\n/);
    // 1041 trainable and 8 fixed numbers of 4 bytes
    expect(text).toContain('memory: 4.1 KiB of weights, 12 KiB while training');
  });

  it('is plain JSON too', () => {
    expect(JSON.parse(JSON.stringify(modelAsJson(model)))).toMatchObject({
      name: 'deepfm',
      weights: [{ path: 'embeddings/city', shape: [250, 4] }, {}, {}, {}],
    });
  });
});

describe('describeSchema', () => {
  it('says what the model sees of each field', () => {
    const lines = describeSchema(schema).split('\n');
    expect(lines[2]).toMatch(/^age +numeric +from years, transform log +a number, whether it is missing$/);
    expect(lines[3]).toMatch(/^city +categorical +minCount 2 +one of 1,200 rows of table city$/);
    expect(lines[4]).toMatch(/^seen +sequence +shareTable city +up to 50 of 1,200 rows of table city$/);
    expect(lines[6]).toBe('label click, group user, fingerprint 00ff');
  });
});

describe('summaries', () => {
  it('keep what the JSON line promises', () => {
    expect(summarize(result, 'runs/a')).toEqual({
      ...{ model: 'deepfm', rows: 1000, epochs: 3, bestEpoch: 2, stopped: 'early-stopping', seconds: 5 },
      ...{ samplesPerSecond: 600, engine: 'eager/cpu', parameters: 1045, folder: 'runs/a' },
      valid: { auc: 0.75, logLoss: 0.5, gauc: 0.7 },
    });
  });

  it('read as text', () => {
    const summary = summarize({ ...result, test: { auc: 0.74, logLoss: 0.51 } }, 'runs/a');
    expect(renderSummary(summary)).toContain('  valid  AUC 0.7500  log loss 0.5000  gauc 0.7000\n');
    expect(renderComparison([summary]).split('\n')[2]).toMatch(/^deepfm +0.7400 +- +0.5100 +1,045 +3 +5.0 s$/);
  });

  it('compare by the validation part when a test part is missing', () => {
    expect(renderComparison([summarize(result, undefined)])).toMatch(/^model +valid AUC/);
  });
});
