/** An export as a process of its own that is killed between its two files: `export-killed.ts PATH`. */
import '@tensorflow/tfjs-backend-cpu';
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { deepFM } from '@ctrflow/deepfm';
import { fittedSchema } from '@ctrflow/testkit';
import { enableProdMode } from '@tensorflow/tfjs-core';
import { withRandomWeights } from './cases';

enableProdMode();
const [path] = process.argv.slice(2);
const { rename } = fs;
fs.rename = async (from, to) => {
  if (String(to).endsWith('.onnx')) process.kill(process.pid, 'SIGKILL');
  await rename(from, to);
};
syncBuiltinESMExports();
const { exportOnnx } = await import('../src/node');
const spec = {
  fields: [
    { name: 'city', kind: 'categorical' },
    { name: 'query', kind: 'hashed', numBuckets: 500 },
    { name: 'age', kind: 'numeric' },
  ],
} as const;
const model = withRandomWeights(deepFM(fittedSchema(spec, 100, 1), { embeddingDim: 8, hiddenUnits: [32] }), 2);
await exportOnnx(model, path, { maxInlineBytes: 4096 });
