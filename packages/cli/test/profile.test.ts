import '@tensorflow/tfjs-backend-cpu';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Profile } from '@ctrflow/training';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from './run-main';
import type { Ran } from './run-main';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-profile-'));
const file = join(root, 'clicks.csv');
afterAll(() => {
  rmSync(root, { recursive: true });
});
beforeAll(() => {
  const lines = Array.from({ length: 300 }, (_, i) => `${i % 3 === 0 ? 1 : 0},c${i % 7},${i % 11}`);
  writeFileSync(file, ['click,city,age', ...lines].join('\n'));
});

const train = (...more: readonly string[]): Promise<Ran> =>
  runMain(['train', file, '--label', 'click', '--model', 'fm', '--epochs', '2', '--engine', 'eager/cpu', '--json', ...more]); // prettier-ignore

test('--profile shows where the time went, in a table, in --json, in the folder and in the report', async () => {
  const out = join(root, 'run');
  const ran = await train('--out', out, '--profile');
  expect(ran.code, ran.err).toBe(0);
  const { profile, seconds } = JSON.parse(ran.out.trim().split('\n').at(-1)!) as { profile: Profile; seconds: number };
  const spent = new Map(profile.phases.map((time) => [time.phase, time.seconds]));
  for (const phase of ['read', 'fit-schema', 'encode', 'graph', 'metrics', 'checkpoint'] as const) expect(spent.get(phase), phase).toBeGreaterThan(0); // prettier-ignore
  expect(profile.seconds).toBeGreaterThan(seconds); // reading comes before
  expect(ran.err).toMatch(/phase +seconds +share\n/);
  expect(ran.err).toMatch(/graph +\d+\.\d{3} +\d+\.\d %\n/);
  expect(ran.err).toMatch(/together +\d+\.\d{3} +100\.0 %\n/);
  expect(JSON.parse(readFileSync(join(out, 'summary.json'), 'utf8'))).toMatchObject({ profile: { seconds: profile.seconds } }); // prettier-ignore
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Where the time went');
});

test('nothing of it without --profile', async () => {
  const out = join(root, 'plain');
  const ran = await train('--out', out);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).not.toContain('"profile":');
  expect(ran.err).not.toContain('share');
  expect(readFileSync(join(out, 'report.html'), 'utf8')).not.toContain('Where the time went');
});
