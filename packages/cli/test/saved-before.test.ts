/** What version 0.1 saved, before there were targets and objectives: a run of two epochs, its model and an encoded folder. `fixtures/v0.1` was written at commit f0b72fd by
 *
 *     ctrflow train clicks.csv --schema schema.json --model deepfm --hidden-units 4 --embedding-dim 2 --batch-size 64 --engine eager/cpu --patience 9 --dropout 0.2 --seed 7 --epochs 2 --out run
 *     ctrflow predict run clicks.csv --out scores.csv --keep click
 *
 * with `--epochs 4` for the metrics, and with `--epochs 1 --encoded-folder encoded`.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openEncoded } from '@ctrflow/data/node';
import { schemaFromJSON } from '@ctrflow/features';
import { runMain } from './run-main';

const saved = join(import.meta.dirname, 'fixtures', 'v0.1');
const folder = mkdtempSync(join(tmpdir(), 'ctrflow-saved-before-'));
cpSync(saved, folder, { recursive: true });
afterAll(() => {
  rmSync(folder, { recursive: true });
});
const at = (name: string): string => join(folder, name);
const lines = (path: string): string[] => readFileSync(path, 'utf8').trim().split('\n');

test('a model of before gives the scores of before', async () => {
  const { code } = await runMain(['predict', at('run'), at('clicks.csv'), '--out', at('again.csv'), '--keep', 'click', '--engine', 'eager/cpu', '--quiet']); // prettier-ignore

  expect(code).toBe(0);
  const [before, again] = [lines(at('scores.csv')), lines(at('again.csv'))];
  expect(again).toHaveLength(before.length);
  before.slice(1).forEach((line, row) => {
    const [label, score] = line.split(',').map(Number);
    const [sameLabel, sameScore] = again[row + 1].split(',').map(Number);
    expect(sameLabel).toBe(label);
    expect(Math.abs(sameScore - score)).toBeLessThan(1e-6);
  });
});

test('a run of before goes on to the same end', async () => {
  const args = [
    'train',
    at('clicks.csv'),
    '--schema',
    at('schema.json'),
    '--model',
    'deepfm',
    '--hidden-units',
    '4',
    '--embedding-dim',
    '2',
    '--batch-size',
    '64',
  ];
  const { code, err } = await runMain([...args, '--engine', 'eager/cpu', '--patience', '9', '--dropout', '0.2', '--seed', '7', '--epochs', '4', '--out', at('run'), '--resume', '--quiet']); // prettier-ignore
  expect(err).not.toContain('error');
  expect(code).toBe(0);
  interface Line {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly valid: Readonly<Record<string, number>>;
  }
  const [before, again] = ['metrics-of-4-epochs.jsonl', 'run/metrics.jsonl'].map((name) =>
    lines(at(name)).map((line) => JSON.parse(line) as Line),
  );
  expect(again).toHaveLength(4);
  before.forEach(({ epoch, trainLoss, valid }, i) => {
    expect(again[i].epoch).toBe(epoch);
    expect(again[i].trainLoss).toBeCloseTo(trainLoss, 6);
    for (const [name, value] of Object.entries(valid)) expect(again[i].valid[name], name).toBeCloseTo(value, 6);
  });
});

test('an encoded folder and a schema of before are read', async () => {
  const { schema, train, valid, summary } = await openEncoded(at('encoded'));
  expect(schema.targets).toEqual([{ name: 'label', kind: 'binary', column: 'click', required: true }]);
  expect([train.numRows, train.targets, valid?.targets]).toEqual([201, ['label'], ['label']]);
  let positives = 0;
  for await (const { targets } of train.batches({ batchSize: 64 }))
    positives += targets!.label.reduce((sum, y) => sum + y, 0);
  expect(positives / 201).toBeCloseTo(summary.positiveRate!.train, 12);
  const ofRun = schemaFromJSON(JSON.parse(readFileSync(at('run/schema.json'), 'utf8')));
  expect(ofRun.fingerprint).toBe('9c190e0d76a17d09');
});
