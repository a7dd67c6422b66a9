/**
 * LR to a gradient norm of 1e-5, DeepFM chosen on validation with five seeds, paired DeLong intervals on the test rows; writes what `logistic.py` needs:
 * `node --conditions=@ctrflow/source --import=tsx tools/compare/src/real-data.ts adult FOLDER`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import { auc, aucDifference, aucInterval } from '@ctrflow/metrics';
import { adam, fit, scoreRows } from '@ctrflow/training';
import type { FitResult } from '@ctrflow/training';
import { dataSets } from './data-sets';
import { sparseRows, trainToGradient, wholeBatch } from './logistic';
import type { SparseRows } from './logistic';

const l2 = 1e-3;
const [name, folder] = process.argv.slice(2);

/** Rows in svmlight's format, features counted from 1. */
function svmlight({ labels, offsets, features, values }: SparseRows): string {
  const lines: string[] = [];
  for (let row = 0; row < labels.length; row++) {
    const entries: string[] = [];
    for (let k = offsets[row]; k < offsets[row + 1]; k++) entries.push(`${features[k] + 1}:${values[k]}`);
    const sorted = entries.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
    lines.push(`${labels[row]} ${sorted.join(' ')}`);
  }
  return `${lines.join('\n')}\n`;
}

interface DeepChoice {
  readonly l2Embedding: number;
  readonly dropout: number;
}

function trainDeepFM(data: Dataset, { l2Embedding, dropout }: DeepChoice, seed: number): Promise<FitResult> {
  const model = deepFM(data.schema, { embeddingDim: 4, hiddenUnits: [32, 16], embeddingStdDev: 0.01, dropout, seed });
  return fit(model, data, {
    ...{ seed, batchSize: 512, epochs: 10, patience: 2, optimizer: adam(2e-3) },
    tableOptimizer: { kind: 'lazy-adam', l2: l2Embedding },
    l2: { embedding: l2Embedding },
  });
}

const data = await dataSets[name]();
const { test, train } = data;
if (test === undefined) throw new Error(`${name} has no test rows`);
await mkdir(folder, { recursive: true });
for (const [part, rows] of Object.entries({ train, test }))
  await writeFile(join(folder, `${part}.svmlight`), svmlight(sparseRows(data, await wholeBatch(rows))));

const logistic = await trainToGradient(data, { l2, norm: 1e-5, maxSteps: 5000 });
const { labels, logits } = await scoreRows(logistic.model, test);
const { steps, gradientNorm } = logistic;
await writeFile(join(folder, 'lr.json'), JSON.stringify({ l2, steps, gradientNorm, auc: auc({ labels, scores: logits }) })); // prettier-ignore
console.log('lr', { l2, steps, gradientNorm, ...aucInterval({ labels, scores: logits }) });

let chosen: { readonly choice: DeepChoice; readonly validAuc: number } | undefined;
for (const l2Embedding of [1e-5, 1e-3]) {
  for (const dropout of [0, 0.2]) {
    const result = await trainDeepFM(data, { l2Embedding, dropout }, 1);
    const validAuc = result.valid?.auc ?? 0;
    console.log('deepfm on validation', { l2Embedding, dropout, validAuc });
    if (chosen === undefined || validAuc > chosen.validAuc) chosen = { choice: { l2Embedding, dropout }, validAuc };
  }
}
for (const seed of [1, 2, 3, 4, 5]) {
  const { model } = await trainDeepFM(data, chosen!.choice, seed);
  const { logits: others } = await scoreRows(model, test);
  const { difference, low, high } = aucDifference(labels, others, logits);
  console.log('deepfm', { seed, auc: auc({ labels, scores: others }), difference, low, high });
}
