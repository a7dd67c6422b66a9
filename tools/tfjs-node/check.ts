import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { loadBackend } from '@ctrflow/backends';
import { deepFM } from '@ctrflow/deepfm';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { trainStep } from '@ctrflow/model-contract';
import { version_core } from '@tensorflow/tfjs-core';

/** The same training on plain `cpu` and on the tfjs-node that `build.sh FOLDER` made gives the same losses: `check.ts FOLDER`. */
const folder = resolve(process.argv[2] ?? '/tmp/tfjs-node');
const numSteps = 50;

const spec = {
  fields: [
    { name: 'user', kind: 'categorical' as const },
    { name: 'age', kind: 'numeric' as const },
    { name: 'item', kind: 'hashed' as const, numBuckets: 100 },
    { name: 'history', kind: 'sequence' as const, shareTable: 'user' },
  ],
  label: { column: 'click' },
};

function losses(): number[] {
  const schema = fittedSchema(spec);
  const model = deepFM(schema, { embeddingDim: 8, hiddenUnits: [32, 16], batchNorm: true, dropout: 0.2 });
  const batches = Array.from({ length: 5 }, (_, i) => schema.encode(randomColumns(spec, 256, i)));
  return Array.from({ length: numSteps }, (_, step) => trainStep(model, batches[step % batches.length], 0.05));
}

await loadBackend('cpu');
const expected = losses();
createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-node');
console.log(`tfjs ${version_core}, backend ${await loadBackend('node')}`);
const actual = losses();

// A step rounds about 600 terms a logit and 256 rows a gradient; errors add up over the steps and are not magnified at this rate.
const bound = numSteps * (600 + 256) * 2 ** -24;
const largest = Math.max(...actual.map((loss, step) => Math.abs(loss - expected[step]) / expected[step]));
console.log(
  `first loss ${expected[0]} against ${actual[0]}, last ${expected[numSteps - 1]} against ${actual[numSteps - 1]}`,
);
console.log(
  `largest relative difference over ${numSteps} steps: ${largest.toExponential(2)}, bound ${bound.toExponential(2)}`,
);
if (!(largest <= bound)) {
  console.error('the losses differ by more than rounding explains');
  process.exitCode = 1;
}
