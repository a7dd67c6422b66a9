/** A training as a process of its own, to be killed: `kill-worker.ts FOLDER`. Checkpoints after every step; prints `done` at the end. */
import { rowsInMemory } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { adam, fit } from '../src/index';
import { runFolder } from '../src/node';

const [folder] = process.argv.slice(2);
const schema = fittedSchema({
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
  ],
  label: { column: 'click' },
});
const rows = (seed: number, size: number) => rowsInMemory(schema.encode(randomColumns(schema.spec, size, seed)));
const numRows = { read: 0, train: 0, valid: 0, test: 0 };
const summary = { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false };
const data = { schema, train: rows(1, 640), valid: rows(2, 80), test: rows(3, 80), summary };
const model = deepFM(schema, { embeddingDim: 4, hiddenUnits: [8], dropout: 0.3, batchNorm: true });
const run = runFolder(folder, { resume: true, checkpointSeconds: 0 });
await fit(model, data, { batchSize: 64, epochs: 4, patience: 9, optimizer: adam(0.01), run });
console.log('done');
