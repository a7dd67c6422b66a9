import '@tensorflow/tfjs-backend-cpu';
import { bst } from '@ctrflow/bst';
import { din } from '@ctrflow/din';
import { cnnLstm } from '@ctrflow/cnn-lstm';
import { dien } from '@ctrflow/dien';
import { dsin } from '@ctrflow/dsin';
import { windowFields } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import { maskNet } from '@ctrflow/masknet';
import type { CtrModel } from '@ctrflow/model-kit';
import { rnn } from '@ctrflow/rnn';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { env } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { exportOnnxBytes } from '../src/index';
import { eagerLogits, idFeeds, rawFeeds, withRandomWeights } from './cases';
import { runOnnx } from './run-onnx';

env().set('PROD', true); // no banner; IS_TEST would take a weight that comes back from a recording for a leak

const spec: SchemaSpec = {
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'item', kind: 'categorical' },
    { name: 'category', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', maxLength: 7 },
    { name: 'categories', kind: 'sequence', shareTable: 'category', history: 'clicks', maxLength: 7 },
    { name: 'behaviours', kind: 'sequence', history: 'clicks', maxLength: 7 },
    ...windowFields('weeks', { channels: ['visits', 'spend'], numSteps: 8 }),
  ],
};

const models: Readonly<Record<string, (schema: FeatureSchema) => CtrModel>> = {
  masknet: (schema) => maskNet(schema, { embeddingDim: 4, blockUnits: [8, 6], hiddenUnits: [5], dropout: 0.5 }),
  din: (schema) => din(schema, { embeddingDim: 4, attentionUnits: [6, 4], hiddenUnits: [5], dropout: 0.5 }),
  'din, with softmax': (schema) => din(schema, { embeddingDim: 4, attentionSoftmax: true, hiddenUnits: [5], activation: 'prelu', attentionActivation: 'prelu' }), // prettier-ignore
  'rnn, gru': (schema) => rnn(schema, { embeddingDim: 4, units: 5, hiddenUnits: [6] }),
  'rnn, lstm': (schema) =>
    rnn(schema, { embeddingDim: 4, cell: 'bidirectional-lstm', pooling: 'mean', units: 3, hiddenUnits: [6] }),
  'rnn, attention over a plain network': (schema) =>
    rnn(schema, { embeddingDim: 4, cell: 'rnn', pooling: 'attention', units: 3, hiddenUnits: [6] }),
  'cnn-lstm': (schema) => cnnLstm(schema, { embeddingDim: 4, filters: [4, 5], units: 4, hiddenUnits: [6] }),
  dien: (schema) => dien(schema, { embeddingDim: 4, hiddenUnits: [6], auxiliaryUnits: [3] }),
  'dien, its code': (schema) => dien(schema, { embeddingDim: 4, hiddenUnits: [6], evolution: 'augru-raised', activationUnit: 'mlp', attentionUnits: [5], resetAfter: false }), // prettier-ignore
  bst: (schema) => bst(schema, { embeddingDim: 4, numBlocks: 2, hiddenUnits: [5], dropout: 0.5 }),
  'bst, all outputs side by side': (schema) => bst(schema, { embeddingDim: 4, pooling: 'concat', hiddenUnits: [5] }),
};

// Planted bugs that this fails for: a batch size or a length that is frozen, a mask that the file does not have, a kernel that is turned twice.
test.each(Object.keys(models))(
  'a file of %s gives the logits of tfjs, with ids and with raw features',
  async (name) => {
    const schema = fittedSchema(spec, 100, 3);
    const model = withRandomWeights(models[name](schema), 5);
    const files = { ids: exportOnnxBytes(model, { inputs: 'ids' }), raw: exportOnnxBytes(model, { inputs: 'raw' }) };
    for (const numRows of [1, 7, 60]) {
      const rows = randomColumns(spec, numRows, numRows);
      const batch = schema.encode(rows);
      const wanted = eagerLogits(model, batch);
      for (const inputs of ['ids', 'raw'] as const) {
        const feeds = inputs === 'ids' ? idFeeds(schema, batch) : rawFeeds(schema, rows);
        const { logit } = await runOnnx(files[inputs], feeds);
        wanted.forEach((value, row) => {
          expect(Math.abs(logit[row] - value), `${inputs}, row ${row}`).toBeLessThan(2e-5 * (1 + Math.abs(value)));
        });
      }
    }
    model.dispose();
  },
);

// Planted bugs that this fails for: a session's empty places that have weights in the file, sessions of another length.
test.each([{}, { activationUnit: 'mlp', layerNorm: false, biasEncoding: false } as const])(
  'a file of dsin, %o, gives the logits of tfjs with ids; sessions are cut before',
  async (options) => {
    const sessions: SchemaSpec = {
      fields: spec.fields.map((field) => {
        if (field.kind !== 'sequence') return field;
        const rest = { ...field };
        delete rest.maxLength; // sessions have lengths of their own
        return field.name === 'items'
          ? { ...rest, sessions: { times: 'when', maxSessions: 3, maxSessionLength: 3 } }
          : rest;
      }),
    };
    const schema = fittedSchema(sessions, 100, 3);
    const model = withRandomWeights(
      dsin(schema, { embeddingDim: 4, hiddenUnits: [6], attentionDropout: 0.5, ...options }),
      5,
    );
    const file = exportOnnxBytes(model, { inputs: 'ids' });
    for (const numRows of [1, 7, 60]) {
      const batch = schema.encode(randomColumns(sessions, numRows, numRows));
      const { logit } = await runOnnx(file, idFeeds(schema, batch));
      eagerLogits(model, batch).forEach((value, row) => {
        expect(Math.abs(logit[row] - value), `row ${row}`).toBeLessThan(2e-5 * (1 + Math.abs(value)));
      });
    }
    expect(() => exportOnnxBytes(model, { inputs: 'raw' })).toThrow(
      '"items" (sequence: ONNX cannot read times from texts)',
    );
    model.dispose();
  },
);
