import '@tensorflow/tfjs-backend-cpu';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deepFM } from '@ctrflow/deepfm';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import { fm } from '@ctrflow/fm';
import { lr } from '@ctrflow/lr';
import type { CtrModel } from '@ctrflow/model-kit';
import { env } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { exportOnnx } from '../src/node';
import { fittedSchema, idFeeds, randomColumns, rawFeeds } from '@ctrflow/testkit';
import { eagerLogits, withRandomWeights } from './cases';

env().set('IS_TEST', true);

/** A Python with `onnx` and `onnxruntime`. */
const python = process.env.CTRFLOW_PYTHON;
if (python === undefined) console.warn('skipped: no Python with onnx and onnxruntime (set CTRFLOW_PYTHON)');

const spec: SchemaSpec = {
  fields: [
    { name: 'city', kind: 'categorical', maxSize: 3 },
    { name: 'age', kind: 'numeric' },
    { name: 'price', kind: 'numeric', transform: 'log', missing: 2 },
    { name: 'size', kind: 'numeric', transform: 'min-max' },
    { name: 'rank', kind: 'numeric', transform: 'none' },
    { name: 'bucket', kind: 'numeric', transform: 'quantile' },
    { name: 'history', kind: 'sequence', shareTable: 'city', maxLength: 8 },
    { name: 'tags', kind: 'multi-hot', weightSeparator: ':' },
  ],
};
const factories: Readonly<Record<string, (schema: FeatureSchema) => CtrModel>> = {
  lr: (schema) => lr(schema),
  fm: (schema) => fm(schema, { embeddingDim: 4 }),
  deepfm: (schema) => deepFM(schema, { embeddingDim: 4, hiddenUnits: [16, 8], batchNorm: true }),
};

test.skipIf(python === undefined)(
  'the checker of onnx accepts the files and Python gives the logits of tfjs',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'ctrflow-python-'));
    const schema = fittedSchema(spec, 100, 3);
    for (const [name, factory] of Object.entries(factories)) {
      const model = withRandomWeights(factory(schema), 2);
      for (const [inputs, maxInlineBytes] of [
        ['ids', 0],
        ['raw', 2 ** 30],
      ] as const) {
        for (const numRows of [1, 7, 100]) {
          const file = join(folder, `${name}-${inputs}-${numRows}`);
          await exportOnnx(model, `${file}.onnx`, { inputs, maxInlineBytes });
          const rows = randomColumns(spec, numRows, numRows);
          const batch = schema.encode(rows);
          const feeds = inputs === 'ids' ? idFeeds(schema, batch) : rawFeeds(schema, rows);
          writeFileSync(`${file}.json`, JSON.stringify({ feeds, logit: [...eagerLogits(model, batch)] }));
        }
      }
    }
    const script = resolve(import.meta.dirname, '../../../tools/onnx/check_exported.py');
    const said = execFileSync(python!, [script, folder], { encoding: 'utf8' });
    console.log(said.trim());
    expect(said).toMatch(/^18 files: checked with shape inference/);
    rmSync(folder, { recursive: true });
  },
);
