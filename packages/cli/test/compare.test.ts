import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foldIn, integerAt, randomKey, uniformAt } from '@ctrflow/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderDifferences } from '../src/steps/paired-differences';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-compare-'));
const out = join(root, 'out');
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Clicks that depend on a pair of values and on nothing else: no additive model can learn them. The price makes rows distinct, which are split by their hash. */
function pairsCsv(): string {
  const key = randomKey('pairs');
  const lines = Array.from({ length: 2000 }, (_, i) => {
    const [user, item] = [integerAt(foldIn(key, 'user'), i, 2), integerAt(foldIn(key, 'item'), i, 2)];
    const clicked = uniformAt(foldIn(key, 'click'), i) < (user === item ? 0.8 : 0.2);
    return `${clicked ? 1 : 0},u${user},i${item},${i}`;
  });
  return ['click,user,item,price', ...lines].join('\n');
}

beforeAll(() => {
  writeFileSync(join(root, 'pairs.csv'), pairsCsv());
});

interface Printed {
  readonly runs: readonly { readonly model: string; readonly test: { readonly auc: number } }[];
  readonly differences: readonly { readonly model: string; readonly minus: string; readonly difference: number; readonly low: number; readonly high: number }[]; // prettier-ignore
}

test('compare says how far each model is above the one before, and how to repeat it', async () => {
  const options = `--label click --models lr,fm --embedding-dim 2 --embedding-std-dev 0.3 --batch-size 64 --epochs 8 --learning-rate 0.05 --quiet`;
  const { code, out: printed, err } = await runMain(`compare ${join(root, 'pairs.csv')} ${options} --out ${out} --json`.split(' ')); // prettier-ignore
  expect(code, err).toBe(0);
  const { runs, differences } = JSON.parse(printed) as Printed;
  expect(differences).toHaveLength(1);
  expect(differences[0]).toMatchObject({ model: 'fm', minus: 'lr' });
  expect(differences[0].difference).toBeCloseTo(runs[1].test.auc - runs[0].test.auc, 12);
  expect(differences[0].low).toBeGreaterThan(0);

  const report = readFileSync(join(out, 'report.html'), 'utf8');
  expect(report).toContain(`ctrflow compare --config ${join(out, 'options.yaml')} --out ANOTHER-FOLDER`);
  const again = await runMain(`compare --config ${join(out, 'options.yaml')} --out ${join(root, 'again')} --json --quiet`.split(' ')); // prettier-ignore
  expect(again.code, again.err).toBe(0);
  expect((JSON.parse(again.out) as Printed).differences).toEqual(differences);
});

test('an interrupted comparison says how to go on, and does', async () => {
  const folder = join(root, 'broken');
  const options = '--label click --models lr,fm --batch-size 64 --epochs 2 --quiet';
  const argv = `compare ${join(root, 'pairs.csv')} ${options} --out ${folder}`.split(' ');
  const broken = await runMain(argv, { onListen: (interrupt) => void setImmediate(interrupt) });
  expect(broken.code).toBe(130);
  const command = /Go on with: ctrflow (compare .*--resume)\n/.exec(broken.err)?.[1];
  expect(command).toBe(`compare --config ${join(folder, 'options.yaml')} --resume`);
  const resumed = await runMain(command!.split(' '));
  expect(resumed.code, resumed.err).toBe(0);
  expect(resumed.out).toMatch(/^fm (is above|is below|minus) lr/m);
});

test.each([
  [0.0683, 0.06, 0.0766, 'fm is above lr by 0.0683 (95 % interval 0.0600 to 0.0766)\n'],
  [-0.0683, -0.0766, -0.06, 'fm is below lr by 0.0683 (95 % interval 0.0600 to 0.0766)\n'],
  [0.001, -0.002, 0.004, /^fm minus lr is 0\.0010 \(95 % interval -0\.0020 to 0\.0040\): no difference/],
])('a difference of %d in words', (difference, low, high, text) => {
  expect(renderDifferences([{ model: 'fm', minus: 'lr', difference, low, high }])).toMatch(text);
});
