import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createShop, shopPreset } from '@ctrflow/datagen';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main';
import type { Ran } from './run-main';

const NUM_ROWS = 3000;
const root = mkdtempSync(join(tmpdir(), 'ctrflow-gap-'));
const shop = join(root, 'shop');
const file = join(shop, 'interactions.csv');
const training = '--model lr --epochs 1 --batch-size 256 --learning-rate 0.01 --threads 1 --seed 7';
const split = '--split by=ratio,valid=0.2,test=0.3,key=user_id';

beforeAll(async () => {
  await ran(`datagen --preset shop-v1 --rows ${NUM_ROWS} --out ${shop}`);
  await ran(`train ${file} --schema ${shop}/schema.json ${training} ${split} --out ${root}/run`);
}, 120_000);
afterAll(() => {
  rmSync(root, { recursive: true });
});

interface Gap {
  readonly bestAuc: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

async function ran(command: string): Promise<Ran> {
  const result = await runMain(command.split(' '));
  expect(result.code, `${command}\n${result.err}`).toBe(0);
  return result;
}

async function train(options: string): Promise<{ gap: Gap | undefined; err: string }> {
  const { out, err } = await ran(`train ${options} ${training} --json`);
  return { gap: gapIn(out.trim().split('\n').at(-1)!), err };
}

function gapIn(summary: string): Gap | undefined {
  return (JSON.parse(summary) as { gapToBest?: Gap }).gapToBest;
}

const gapOf = (run: string): Gap | undefined => gapIn(readFileSync(join(root, run, 'summary.json'), 'utf8'));

/** Rows of a shop, with what its true model says of them. */
function shopRows(seed = 1): { user: string; clicked: boolean; probability: number }[] {
  const truth = createShop(shopPreset('shop-v1'), seed);
  return Array.from({ length: NUM_ROWS }, (_, i) => {
    const { userId, clicked, probability } = truth.row(i);
    return { user: `u${userId}`, clicked, probability };
  });
}

/** What the split of the options makes test rows. */
function isTest({ user }: { readonly user: string }): boolean {
  return parseInt(createHash('md5').update(user).digest('hex').slice(0, 8), 16) / 2 ** 32 < 0.3;
}

/** AUC of the truth, and DeLong's interval of its difference from the scores, in plain loops. */
function expectedGap(clicked: readonly boolean[], truth: readonly number[], scores: readonly number[]): Gap {
  const rows = (wanted: boolean): number[] => clicked.flatMap((label, i) => (label === wanted ? [i] : []));
  const [positives, negatives] = [rows(true), rows(false)];
  const wins = (of: readonly number[], p: number, n: number): number => (of[p] > of[n] ? 1 : of[p] === of[n] ? 0.5 : 0);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const both = (p: number, n: number): number => wins(truth, p, n) - wins(scores, p, n);
  const variance = (values: readonly number[]): number => {
    const middle = mean(values);
    return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1) / values.length;
  };
  const [ofPositives, ofNegatives] = [
    positives.map((p) => mean(negatives.map((n) => both(p, n)))),
    negatives.map((n) => mean(positives.map((p) => both(p, n)))),
  ];
  const difference = mean(ofPositives);
  const half = 1.959963984540054 * Math.sqrt(variance(ofPositives) + variance(ofNegatives));
  const bestAuc = mean(positives.map((p) => mean(negatives.map((n) => wins(truth, p, n)))));
  return { bestAuc, difference, low: difference - half, high: difference + half };
}

function expectGap(found: Gap | undefined, wanted: Gap): void {
  for (const name of ['bestAuc', 'difference', 'low', 'high'] as const)
    expect(found?.[name], name).toBeCloseTo(wanted[name], 9);
}

/** What a run predicts for every row of a file, in its order. */
async function scoresOf(run: string, path: string): Promise<number[]> {
  await ran(`predict ${join(root, run)} ${path} --out ${root}/scores.csv`);
  const lines = readFileSync(join(root, 'scores.csv'), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => Number(line.split(',').at(-1)));
}

/** The gap of a run on some rows of a shop, from what it predicts for them. */
function gapOn(rows: ReturnType<typeof shopRows>, scores: readonly number[], isJudged: typeof isTest): Gap {
  const judged = rows.map((row, i) => ({ ...row, score: scores[i] })).filter(isJudged);
  const column = <K extends keyof (typeof judged)[number]>(name: K): (typeof judged)[number][K][] =>
    judged.map((row) => row[name]);
  return expectedGap(column('clicked'), column('probability'), column('score'));
}

let wanted: Gap;
beforeAll(async () => {
  wanted = gapOn(shopRows(), await scoresOf('run', file), isTest);
});

const shown = ({ difference, low, high }: Gap): string =>
  `${difference.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`;

// Planted bugs that this fails for: the other sign, the AUC expected over all rows, probabilities of the first rows, of rows in the order of parts.
test('the gap is that of the test rows, also from an encoded folder', async () => {
  expect(wanted.difference).toBeGreaterThan(0.05); // one epoch learns little
  expect(wanted.low).toBeGreaterThan(0);
  expectGap(gapOf('run'), wanted);
  const encoded = `${file} --schema ${shop}/schema.json ${split} --encoded-folder ${root}/encoded`;
  await ran(`train ${encoded} ${training} --out ${root}/run-encoded`);
  const again = gapOn(shopRows(), await scoresOf('run-encoded', file), isTest); // its rows come in another order
  expectGap(gapOf('run-encoded'), again);
  expectGap((await train(encoded)).gap, again);
}, 120_000);

test('train, compare and their reports show it', async () => {
  const options = `${file} --schema ${shop}/schema.json ${split} ${training} --quiet`;
  const { out } = await ran(`train ${options}`);
  expect(out).toContain(`  gap    ${shown(wanted)} to the best possible AUC on these rows, ${wanted.bestAuc.toFixed(4)}, that of the true probabilities\n`); // prettier-ignore
  const compared = await ran(`compare ${options.replace('--model lr', '--models lr,fm')} --out ${root}/compared`);
  const [header, , lr, fm, best] = compared.out.split('\n');
  expect(header).toContain('gap to best');
  expect(lr).toContain(shown(wanted));
  expect(fm).not.toContain(shown(wanted));
  expect(best).toBe(`The best possible AUC on these rows, that of the true probabilities, is ${wanted.bestAuc.toFixed(4)}.`); // prettier-ignore
  for (const page of ['run/report.html', 'compared/report.html', 'compared/lr/report.html'])
    expect(readFileSync(join(root, page), 'utf8'), page).toContain(shown(wanted));
}, 120_000);

// Planted bug that this fails for: probabilities of the file that was trained on beside test rows of another.
test('test rows of a file of their own have the truth of that file, without the rows that were skipped', async () => {
  const other = join(root, 'other');
  await ran(`datagen --preset shop-v1 --rows ${NUM_ROWS} --seed 2 --out ${other}`);
  // Rows of the hour 3 have no time, and so are bad.
  const spec = JSON.parse(readFileSync(join(shop, 'schema.json'), 'utf8')) as object;
  writeFileSync(
    join(root, 'hours.json'),
    JSON.stringify({ ...spec, time: { column: 'hour', format: 'unix-seconds' }, nullValues: ['3'] }),
  );
  const path = join(other, 'interactions.csv');
  const options = `${file} --schema ${root}/hours.json --on-bad-row skip --split by=ratio,valid=0.2,test=0`;
  await ran(`train ${options} --test ${path} ${training} --out ${root}/run-skipped`);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  const hour = lines[0].split(',').indexOf('hour');
  const kept = lines.slice(1).map((line) => line.split(',')[hour] !== '3');
  expect(kept).toContain(false);
  writeFileSync(join(root, 'kept.csv'), `${[lines[0], ...lines.slice(1).filter((_, i) => kept[i])].join('\n')}\n`);
  const rows = shopRows(2).filter((_, i) => kept[i]);
  const scores = await scoresOf('run-skipped', join(root, 'kept.csv'));
  expectGap(
    gapOf('run-skipped'),
    gapOn(rows, scores, () => true),
  );
}, 120_000);

// Planted bugs that this fails for: any file beside a truth.json, sizes compared only, labels the other way round.
test('a file that is not the generated one has no gap, and one that was changed says so', async () => {
  const schema = `--schema ${shop}/schema.json`;
  copyFileSync(file, join(shop, 'mine.csv'));
  const mine = await train(`${join(shop, 'mine.csv')} ${schema} ${split}`);
  expect(mine.gap).toBeUndefined();
  expect(mine.err).not.toContain('no gap');

  const inverted = await train(`${file} --label click --positive 0 --negative-keep-rate 1 ${split}`);
  expect(inverted.gap).toBeUndefined();
  expect(inverted.err).toContain('no gap to the best possible AUC: the labels that were read are not those that were generated'); // prettier-ignore

  const text = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    text.replace(/\d(?=\n)/, (digit) => (digit === '1' ? '0' : '1')),
  );
  const edited = await train(`${file} ${schema} ${split}`);
  writeFileSync(file, text);
  expect(edited.gap).toBeUndefined();
  expect(edited.err).toMatch(/no gap to the best possible AUC: datagen: expected the file that was generated, got "another, or one that was changed"; generate it again.*interactions\.csv/); // prettier-ignore
}, 120_000);
