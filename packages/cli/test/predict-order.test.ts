import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-order-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Rows of which no two near each other have the same price. */
const rows = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => {
    const row = from + i;
    const price = (row * 7919) % 997;
    return `${price > 400 + ((row * 31) % 200) ? 1 : 0},${price},${row}`;
  });

async function scoresOf(name: string, lines: readonly string[]): Promise<{ row: number; score: string }[]> {
  const [file, out] = [join(root, `${name}.csv`), join(root, `${name}-scores.csv`)];
  writeFileSync(file, `${['click,price,row', ...lines].join('\n')}\n`);
  const { code, err } = await runMain(['predict', join(root, 'run'), file, '--out', out, '--keep', 'row', '--quiet']);
  expect(code, err).toBe(0);
  const written = readFileSync(out, 'utf8').trim().split('\n').slice(1);
  return written.map((line) => ({ row: Number(line.split(',')[0]), score: line.split(',')[1] }));
}

test('every row of a long file gets its own score, as it does in a short file', async () => {
  const file = join(root, 'train.csv');
  writeFileSync(file, `${['click,price,row', ...rows(0, 2000)].join('\n')}\n`);
  const options = '--label click --drop-columns row --model lr --epochs 2 --batch-size 64 --learning-rate 0.05 --quiet';
  const trained = await runMain(['train', file, ...options.split(' '), '--out', join(root, 'run')]);
  expect(trained.code, trained.err).toBe(0);

  const long = await scoresOf('long', rows(0, 20_000)); // scored in three pieces
  const short = [];
  for (let from = 0; from < 20_000; from += 5000) short.push(...(await scoresOf(`from-${from}`, rows(from, from + 5000)))); // prettier-ignore
  expect(long.map(({ row }) => row)).toEqual(Array.from({ length: 20_000 }, (_, i) => i));
  expect(long).toEqual(short);
  expect(new Set(long.map(({ score }) => score)).size).toBeGreaterThan(900);
});
