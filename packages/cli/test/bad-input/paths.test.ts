import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { runMain } from '../run-main';
import type { BadInput } from './harness';
import { refuses } from './harness';
import { clicksCsv, trainArguments } from './rows';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-bad-paths-'));
beforeAll(async () => {
  writeFileSync(join(root, 'clicks.csv'), clicksCsv());
  const { code, err } = await runMain(trainArguments.map((argument) => argument.replace('{dir}', root)));
  expect(code, err).toBe(0);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const given = '{dir}/given';
const clicks = '{dir}/clicks.csv';
const train = ['train', clicks, '--label', 'click', '--model', 'lr'];

/** Every way to name an input of rows. */
const rowInputs: readonly (readonly string[])[] = [
  ['train', given, '--label', 'click', '--model', 'lr'],
  ['train', '--train', given, '--label', 'click', '--model', 'lr'],
  [...train, '--valid', given],
  [...train, '--test', given],
  ['compare', given, '--label', 'click', '--models', 'lr'],
  ['inspect', given],
  ['evaluate', '{dir}/run', given],
  ['predict', '{dir}/run', given, '--out', '{dir}/scores.csv'],
];

/** Every way to name another input, with what it is to be. */
const otherInputs: readonly (readonly [string, readonly string[]])[] = [
  ['config', [...train, '--config', given]],
  ['schema', ['train', clicks, '--model', 'lr', '--schema', given]],
];

const runs: readonly (readonly string[])[] = [
  ['evaluate', given, clicks],
  ['predict', given, clicks, '--out', '{dir}/scores.csv'],
  ['export', given, '--out', '{dir}/model.onnx'],
  [...train, '--init-from', given],
];

function at(name: string, argv: readonly string[], code: number, message: BadInput['message'], prepare?: (folder: string) => void): BadInput {
  return {
    name: `${name}: ${argv.join(' ')}`,
    files: { 'clicks.csv': clicksCsv() },
    prepare: (folder) => {
      cpSync(join(root, 'out'), join(folder, 'run'), { recursive: true });
      prepare?.(join(folder, 'given'));
    },
    ...{ argv, code, message },
  };
} // prettier-ignore

describe('a path of nothing', () => {
  const missing = "ENOENT: no such file or directory, open '{dir}/given'";
  refuses([
    ...rowInputs.map((argv) => at('rows', argv, 3, /^source: expected a file that exists, got "\{dir\}\/given"; .*$/)),
    ...runs.map((argv) => at('run', argv, 2, 'run: expected the folder of a run, got "{dir}/given"; it does not exist: check the path')),
    at('config', otherInputs[0][1], 2, `config {dir}/given: expected a readable file, got ${missing}; check --config`),
    at('schema', otherInputs[1][1], 2, `schema {dir}/given: expected a readable file, got ${missing}; check the path`),
  ]);
}); // prettier-ignore

describe('a folder', () => {
  const folder = (path: string): void => { mkdirSync(path); };
  const rows = rowInputs.filter(([command]) => command !== 'inspect'); // which takes a folder for a run
  refuses([
    ...rows.map((argv) => at('rows', argv, 3, 'source: expected a file, got "the folder {dir}/given"; name a file or a glob such as {dir}/given/*.csv', folder)),
    ...runs.map((argv) => at('run', argv, 5, '{dir}/given: expected a file model.json, got "none"; is it the folder of a saved model?', folder)),
    ...otherInputs.map(([what, argv]) => at(what, argv, 2, new RegExp(`^${what} \\{dir\\}/given: expected a readable file, got EISDIR: .*; check .*$`), folder)),
  ]);
}); // prettier-ignore

describe.skipIf(process.platform === 'win32' || process.getuid?.() === 0)('a file that may not be read', () => {
  const secret = (path: string): void => {
    writeFileSync(path, clicksCsv());
    chmodSync(path, 0);
  };
  refuses([
    ...otherInputs.map(([what, argv]) => at(what, argv, 2, new RegExp(`^${what} \\{dir\\}/given: expected a readable file, got EACCES: .*; check .*$`), secret)),
  ]);
}); // prettier-ignore
