import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { workspaceRoot } from '../src/packages';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Job {
  readonly 'timeout-minutes'?: number;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}
interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const folder = join(workspaceRoot, '.github/workflows');
const files = readdirSync(folder);

describe.each(files)('%s', (file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const { permissions, jobs } = parse(text) as Workflow;
  const steps = Object.values(jobs).flatMap((job) => job.steps);

  test('may only read, but for jobs that say what they write; every job ends in time', () => {
    expect(permissions).toEqual({ contents: 'read' });
    for (const [name, job] of Object.entries(jobs)) expect(job['timeout-minutes'], name).toBeLessThanOrEqual(90);
  });

  test('actions are pinned by commit, with the version as a comment', () => {
    const used = text.split('\n').filter((line) => /\buses:/.test(line));
    expect(used.length).toBe(steps.filter(({ uses }) => uses !== undefined).length);
    for (const line of used) expect(line).toMatch(/uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test('the token of a job that only reads is not left in the checkout', () => {
    for (const [name, job] of Object.entries(jobs)) {
      const writes = job.permissions?.contents === 'write';
      const checkout = job.steps.find(({ uses }) => uses?.startsWith('actions/checkout@') === true);
      expect(checkout?.with?.['persist-credentials'], name).toBe(writes ? undefined : false);
    }
  });

  test('texts that others choose do not reach a shell', () => {
    for (const { run = '' } of steps) expect(run).not.toContain('${{');
  });
});

test('the gate runs once for a commit', () => {
  const gates = files.filter((file) => readFileSync(join(folder, file), 'utf8').includes('.ci/run'));
  expect(gates).toEqual(['ci.yml']);
});
