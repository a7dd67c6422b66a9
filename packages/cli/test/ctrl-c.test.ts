import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { main } from '../src/main';
import type { Io } from '../src/io';
import { clicksCsv } from './bad-input/rows';
import { runMain } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-ctrl-c-'));
const clicks = join(root, 'clicks.csv');
beforeAll(() => {
  writeFileSync(clicks, clicksCsv());
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const trainInto = (out: string, epochs: number): string[] =>
  `train ${clicks} --label click --model fm --batch-size 8 --patience ${epochs} --epochs ${epochs} --out ${out}`.split(' '); // prettier-ignore

/** What the message says to type. */
function commandIn(err: string): string[] {
  return /Interrupted and saved\. Go on with: ctrflow (.*)\n/.exec(err)?.[1].split(' ') ?? [];
}

/** Runs a command line and presses Ctrl-C when stderr says `when`. */
async function interrupted(argv: readonly string[], when: string): Promise<{ code: number; err: string }> {
  let [err, pressed] = ['', false];
  let interrupt = (): void => undefined;
  const write = (text: string): void => {
    err += text;
    if (pressed || !text.includes(when)) return;
    pressed = true;
    interrupt();
  };
  const io: Io = {
    out: { isTTY: false, columns: 100, write: () => undefined },
    err: { isTTY: false, columns: 100, write },
    env: {},
    onInterrupt: (listener) => {
      interrupt = listener;
      return () => undefined;
    },
  };
  const code = await main(argv, io);
  return { code, err };
}

test('Ctrl-C saves; the command that it prints goes on and ends as if nothing had happened', async () => {
  const [whole, broken] = [join(root, 'whole'), join(root, 'broken')];
  expect((await runMain(trainInto(whole, 5))).code).toBe(0);
  const { code, err } = await interrupted(trainInto(broken, 5), 'fm 2/5');
  expect(code).toBe(130);
  expect(err).toContain('Stopping after this step. Press Ctrl-C again to quit at once');
  const resumed = await runMain(commandIn(err));
  expect(resumed.code, resumed.err).toBe(0);
  expect(resumed.err).not.toContain('fm 2/5'); // no finished epoch is repeated
  for (const file of ['metrics.jsonl', 'model/weights.safetensors'])
    expect(readFileSync(join(broken, file)).equals(readFileSync(join(whole, file))), file).toBe(true);
});

test('SIGINT reaches the training of a process', { timeout: 60_000 }, async () => {
  const out = join(root, 'process');
  const bin = join(import.meta.dirname, '../src/bin.ts');
  const arguments_ = ['--conditions=@ctrflow/source', '--import=tsx', bin, ...trainInto(out, 1_000_000)];
  const child = spawn(process.execPath, arguments_, { stdio: ['ignore', 'ignore', 'pipe'] });
  let [err, sent] = ['', false];
  child.stderr.on('data', (chunk) => {
    err += String(chunk);
    if (!sent && err.includes('fm 1/')) sent = child.kill('SIGINT');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code, err).toBe(130);
  expect(commandIn(err)).toEqual(['train', '--config', join(out, 'options.yaml'), '--resume']);
});
