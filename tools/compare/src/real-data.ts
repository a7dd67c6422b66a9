/**
 * LR to a gradient norm of 1e-5, DeepFM chosen on validation with three seeds and judged with five, paired DeLong intervals on the test rows; writes what
 * `logistic.py` needs: `node --conditions=@ctrflow/source --import=tsx tools/compare/src/real-data.ts adult FOLDER`. A choice as JSON behind it leaves the search out.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auc, aucDifference, aucInterval } from '@ctrflow/metrics';
import { scoreRows } from '@ctrflow/training';
import { openDataSet } from './data-sets';
import type { NumericEncoding } from './data-sets';
import { chooseOnValidation, trainDeepFM } from './deep-choice';
import type { DeepChoice } from './deep-choice';
import { sparseRows, trainToGradient, wholeBatch } from './logistic';
import type { SparseRows } from './logistic';

const l2 = 1e-3;
const [name, folder, given] = process.argv.slice(2);

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

const encodings = await openDataSet(name);
const data = encodings.standard;
const { test, train } = data;
if (test === undefined) throw new Error(`${name} has no test rows`);
await mkdir(folder, { recursive: true });
for (const [part, rows] of Object.entries({ train, test }))
  await writeFile(join(folder, `${part}.svmlight`), svmlight(sparseRows(data, await wholeBatch(rows))));

/** LR on one encoding, with its scores of the test rows. */
async function judgeLogistic(encoding: NumericEncoding) {
  const { model, steps, gradientNorm } = await trainToGradient(encodings[encoding], { l2, norm: 1e-5, maxSteps: 5000 });
  const { labels, logits } = await scoreRows(model, encodings[encoding].test!);
  const onValid = await scoreRows(model, encodings[encoding].valid!);
  const validAuc = auc({ labels: onValid.labels, scores: onValid.logits });
  const measured = aucInterval({ labels, scores: logits });
  console.log('lr', { encoding, l2, steps, gradientNorm, validAuc, ...measured });
  return { labels, logits, record: { l2, steps, gradientNorm, auc: measured.auc } };
}

const { labels, logits, record } = await judgeLogistic('standard');
await writeFile(join(folder, 'lr.json'), JSON.stringify(record));

const choice =
  given === undefined
    ? await chooseOnValidation(encodings, [1, 2, 3], (tried, mean, deviation) => {
        console.log('deepfm on validation', JSON.stringify(tried), mean.toFixed(5), deviation.toFixed(5));
      })
    : (JSON.parse(given) as DeepChoice);
console.log('chosen', JSON.stringify(choice));
const sameEncoding = choice.encoding === 'standard' ? undefined : await judgeLogistic(choice.encoding);
for (const seed of [1, 2, 3, 4, 5]) {
  const { model, valid: measured } = await trainDeepFM(encodings, choice, seed);
  const { logits: others, labels: same } = await scoreRows(model, encodings[choice.encoding].test!);
  if (!labels.every((label, i) => label === same[i])) throw new Error('the encodings hold other test rows');
  const minusLogistic = aucDifference(labels, others, logits);
  console.log('deepfm', { seed, validAuc: measured?.auc, auc: auc({ labels, scores: others }), ...minusLogistic });
  if (sameEncoding !== undefined)
    console.log('  minus lr on the same encoding', aucDifference(labels, others, sameEncoding.logits));
}
