import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Mutation } from './mutation';
import { copyWorkspace, removeWorkspace } from './workspace';

/** What became of a bug: found by a test, by none, or not planted (its place or its tests are not what the catalogue says). */
export type Fate = 'killed' | 'survived' | 'not planted';

/** A bug and its fate. */
export interface Trial {
  readonly mutation: Mutation;
  readonly fate: Fate;
  readonly seconds: number;
  /** The test that found it, or why it was not planted. */
  readonly note: string;
}

/** What {@link runMutations} may be told. */
export interface RunOptions {
  /** Copies of the repository that work at the same time. Default 2. */
  readonly jobs?: number;
  readonly onTrial?: (trial: Trial) => void;
}

/** Plants every bug in a copy of the repository, runs its tests there, and takes it out again. */
export async function runMutations(
  mutations: readonly Mutation[],
  { jobs = 2, onTrial }: RunOptions = {},
): Promise<readonly Trial[]> {
  // prettier-ignore
  const queue = [...mutations];
  const trials: Trial[] = [];
  const work = async (): Promise<void> => {
    const folder = await copyWorkspace();
    try {
      for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
        const trial = await attempt(folder, mutation);
        trials.push(trial);
        onTrial?.(trial);
      }
    } finally {
      await removeWorkspace(folder);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return trials;
}

async function attempt(folder: string, mutation: Mutation): Promise<Trial> {
  const started = performance.now();
  const file = join(folder, mutation.file);
  const source = await readFile(file, 'utf8');
  const pieces = source.split(mutation.find);
  const ended = (fate: Fate, note: string): Trial => ({ mutation, fate, note, seconds: (performance.now() - started) / 1000 }); // prettier-ignore
  if (pieces.length !== 2) return ended('not planted', `found ${pieces.length - 1} times instead of once`);
  await writeFile(file, pieces.join(mutation.replace));
  try {
    const { numFailed, numPassed, first, output } = await runTests(folder, mutation);
    if (numFailed > 0) return ended('killed', first);
    return numPassed > 0 ? ended('survived', `${numPassed} tests pass`) : ended('not planted', output);
  } finally {
    await writeFile(file, source);
  }
}

interface TestOutcome {
  readonly numFailed: number;
  readonly numPassed: number;
  /** Name of the first test that failed. */
  readonly first: string;
  readonly output: string;
}

interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[]; // prettier-ignore
}

async function runTests(folder: string, { tests, only }: Mutation): Promise<TestOutcome> {
  const report = join(folder, 'mutation-report.json');
  const args = ['run', ...tests, '--reporter=json', `--outputFile=${report}`, '--bail=1', '--pool=forks'];
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [vitest, ...args, ...(only === undefined ? [] : ['-t', only])],
      { cwd: folder, timeout: 300_000, maxBuffer: 1 << 26 },
      (_error, stdout, stderr) => {
        resolve((stdout + stderr).slice(-2000));
      },
    );
  });
  const text = await readFile(report, 'utf8').catch(() => undefined);
  await rm(report, { force: true });
  if (text === undefined) return { numFailed: 0, numPassed: 0, first: '', output };
  const { numFailedTests, numPassedTests, testResults } = JSON.parse(text) as Report;
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ status }) => status === 'failed'); // prettier-ignore
  return { numFailed: numFailedTests, numPassed: numPassedTests, first: failed?.fullName ?? '', output };
}
