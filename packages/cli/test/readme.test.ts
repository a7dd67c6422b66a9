import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readmeCommands } from '@ctrflow/testkit';
import { afterAll, expect, test } from 'vitest';
import { exitCodes } from '../src/exit-codes';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-readme-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const folder = join(import.meta.dirname, '..');
const readme = readFileSync(join(folder, 'README.md'), 'utf8');

/** The command lines of the worked example, with their files in the test's folder. */
const commands = readmeCommands(folder, 'ctrflow').map((words) =>
  words.map((word) => (/^(shop|runs)(\/|$)|^(scores\.csv|fm\.onnx)$/.test(word) ? join(root, word) : word)),
);

test('every command of the worked example does what the README says', { timeout: 240_000 }, async () => {
  expect(commands.map(([name]) => name)).toEqual(['datagen', 'inspect', 'train', 'evaluate', 'predict', 'export', 'compare']); // prettier-ignore
  for (const argv of commands) {
    const { code, err } = await runMain(argv);
    expect(code, `${argv.join(' ')}\n${err}`).toBe(0);
  }
  expect(readFileSync(join(root, 'scores.csv'), 'utf8').split('\n')[0]).toBe('user_id,item_id,score');
  expect(readFileSync(join(root, 'runs/fm/report.html'), 'utf8')).toContain('best possible AUC'); // the shop's truth.json says it
  const described = [...readme.matchAll(/^\| `([^|]*)` +\|/gm)].flatMap(([, names]) => names.split('`, `'));
  const written = readdirSync(join(root, 'runs/fm')).flatMap((name) => [name, `${name}/`]);
  for (const name of described.filter((name) => name !== 'failed-batch.json')) expect(written).toContain(name);
  expect(described.length).toBeGreaterThan(6);
});

test('the README has every exit status', () => {
  const listed = [...readme.matchAll(/^\| (\d+) +\|/gm)].map(([, status]) => Number(status));
  expect(listed).toEqual(Object.values(exitCodes));
});
