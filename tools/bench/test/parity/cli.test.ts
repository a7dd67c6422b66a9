import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-'));
  const line = (i: number): string => {
    const [color, size] = [i % 3, Math.floor(i / 3) % 4];
    const click = (i * 7919) % 11 < (color === size ? 8 : 3) ? 1 : 0;
    return `${'rgb'[color]},s${size},${(i % 17) / 4},${click}`;
  };
  const lines = Array.from({ length: 900 }, (_, i) => line(i));
  writeFileSync(join(folder, 'a.csv'), ['color,size,price,click', ...lines].join('\n'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const parity = (...args: readonly string[]) =>
  promisify(execFile)(process.execPath, ['--conditions=@ctrflow/source', '--import=tsx', 'tools/bench/src/parity/cli.ts', ...args], { cwd: root }); // prettier-ignore
const small = ['--label', 'click', '--embedding-dim', '4', '--hidden-units', '8', '--batch-size', '128', '--epochs', '2', '--block-units', '4']; // prettier-ignore
const data = () => ['--train', join(folder, 'a.csv'), ...small];

interface Output {
  readonly skipped?: string;
  readonly rows: { readonly train: number; readonly valid: number; readonly test: number };
  readonly results: readonly {
    readonly model: string;
    readonly ours: { readonly auc: { readonly values: readonly number[] }; readonly parameters: number };
    readonly fuxictr?: { readonly auc: { readonly values: readonly number[] }; readonly parameters: number };
    readonly lowerBound?: number;
  }[];
}

it('trains our side alone, keeps finished trainings and goes on with what is missing', async () => {
  const out = join(folder, 'runs');
  const args = [...data(), '--models', 'lr,masknet', '--peer', 'none', '--out', out];
  const first = JSON.parse((await parity(...args, '--seeds', '1', '--json')).stdout) as Output;
  expect(first.rows.train + first.rows.valid + first.rows.test).toBe(900);
  expect(first.skipped).toBe('not asked for');
  appendFileSync(join(out, 'runs.jsonl'), '{"model":"lr","si'); // killed in the middle of a line
  appendFileSync(join(out, 'runs.jsonl'), '\n');
  const { stdout, stderr } = await parity(...args, '--seeds', '2', '--json');
  const second = JSON.parse(stdout) as Output;
  expect(stderr.match(/\(earlier\)/g)).toHaveLength(2);
  for (const [i, { model, ours }] of second.results.entries()) {
    expect(ours.auc.values).toHaveLength(2);
    expect(ours.auc.values[0]).toBe(first.results[i].ours.auc.values[0]);
    expect(model).toBe(['lr', 'masknet'][i]);
  }
  expect(readFileSync(join(out, 'runs.jsonl'), 'utf8').trim().split('\n')).toHaveLength(5);
  const other = await parity(...args, '--seeds', '1', '--learning-rate', '0.01'); // other settings: nothing counts again
  expect(other.stderr).not.toContain('earlier');
  expect(other.stdout).toContain('FuxiCTR was left out: not asked for');
}, 120_000);

it('says what is wrong', async () => {
  await expect(parity('--train', join(folder, 'a.csv'), '--label', 'klick')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining('klick') as unknown,
  });
});
