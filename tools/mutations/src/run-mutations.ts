import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
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

/**
 * Plants every bug in a copy of the repository, runs its tests there, and takes it out again. A test file that fails before any bug is planted finds none: its bugs count as not
 * planted.
 */
export async function runMutations(
  mutations: readonly Mutation[],
  { jobs = 2, onTrial }: RunOptions = {},
): Promise<readonly Trial[]> {
  const folders = await Promise.all(Array.from({ length: jobs }, copyWorkspace));
  try {
    const broken = await failingWithoutBug(folders[0], mutations);
    const queue = [...mutations];
    const trials: Trial[] = [];
    const work = async (folder: string): Promise<void> => {
      for (let mutation = queue.shift(); mutation !== undefined; mutation = queue.shift()) {
        const trial = await attempt(folder, mutation, broken);
        trials.push(trial);
        onTrial?.(trial);
      }
    };
    await Promise.all(folders.map(work));
    return trials;
  } finally {
    await Promise.all(folders.map(removeWorkspace));
  }
}

/** Test files that fail as things are: they would find any bug. */
async function failingWithoutBug(folder: string, mutations: readonly Mutation[]): Promise<ReadonlySet<string>> {
  const tests = [...new Set(mutations.flatMap((mutation) => mutation.tests))];
  const { report, output } = await vitest(folder, tests, [], 10 * TIMEOUT);
  if (report === undefined) throw new Error(`mutations: expected tests that run without a bug, got ${output}`);
  const failing = report.testResults.filter(({ status }) => status !== 'passed');
  return new Set(failing.map(({ name }) => relative(folder, name)));
}

async function attempt(folder: string, mutation: Mutation, broken: ReadonlySet<string>): Promise<Trial> {
  const started = performance.now();
  const file = join(folder, mutation.file);
  const source = await readFile(file, 'utf8');
  const pieces = source.split(mutation.find);
  const ended = (fate: Fate, note: string): Trial => ({ mutation, fate, note, seconds: (performance.now() - started) / 1000 }); // prettier-ignore
  if (pieces.length !== 2) return ended('not planted', `found ${pieces.length - 1} times instead of once`);
  const failing = mutation.tests.filter((test) => broken.has(test));
  if (failing.length > 0) return ended('not planted', `fails without the bug: ${failing.join(', ')}`);
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

async function runTests(folder: string, { tests, only }: Mutation): Promise<TestOutcome> {
  const { report, output, ended } = await vitest(folder, tests, ['--bail=1', ...(only === undefined ? [] : ['-t', only])]); // prettier-ignore
  if (!ended) return { numFailed: 1, numPassed: 0, first: 'the tests did not end', output };
  if (report === undefined) return { numFailed: 0, numPassed: 0, first: '', output };
  const { numFailedTests, numPassedTests, testResults } = report;
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults).find(({ status }) => status === 'failed'); // prettier-ignore
  return { numFailed: numFailedTests, numPassed: numPassedTests, first: failed?.fullName ?? '', output };
}

interface Report {
  readonly numFailedTests: number;
  readonly numPassedTests: number;
  readonly testResults: readonly {
    /** Path of the file. */
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

interface Run {
  readonly report: Report | undefined;
  /** The end of what it printed. */
  readonly output: string;
  /** False when it took longer than it may. */
  readonly ended: boolean;
}

/** Longest that the tests of one bug may take, in milliseconds. */
const TIMEOUT = 300_000;

async function vitest(
  folder: string,
  tests: readonly string[],
  args: readonly string[] = [],
  timeout = TIMEOUT,
): Promise<Run> {
  const file = join(folder, 'mutation-report.json');
  const script = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const all = ['run', ...tests, '--reporter=json', `--outputFile=${file}`, '--pool=forks', '--maxWorkers=1', ...args];
  const { output, ended } = await new Promise<Omit<Run, 'report'>>((resolve) => {
    const options = { cwd: folder, timeout, maxBuffer: 1 << 26 };
    execFile(process.execPath, [script, ...all], options, (error, stdout, stderr) => {
      resolve({ output: (stdout + stderr).slice(-2000), ended: error?.killed !== true });
    });
  });
  const text = await readFile(file, 'utf8').catch(() => undefined);
  await rm(file, { force: true });
  return { report: text === undefined ? undefined : (JSON.parse(text) as Report), output, ended };
}
