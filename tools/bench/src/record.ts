import { existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, expected } from '@ctrflow/core';
import type { BundleSizes } from './bundles/bundle-sizes';
import { root } from './machine';
import type { Measurement } from './measurement';
import type { LockstepLine, ParityLine } from './parity/lines';
import type { PassGains } from './passes/pass-gains';
import type { Scaling } from './scaling/scaling';

/** A line of a results file; one without a kind is a measurement. */
export type ResultLine = Measurement | Scaling | PassGains | BundleSizes | ParityLine | LockstepLine;

/** Where results are kept, a file for each commit. */
export const resultsFolder = join(root, 'docs', 'benchmarks', 'results');

/** Appends a result to those of its commit and returns the file's name. */
export async function record(result: ResultLine, folder = resultsFolder): Promise<string> {
  const { commit, changed } = result.machine;
  const file = join(folder, `${commit}${changed ? '-changed' : ''}.jsonl`);
  await mkdir(folder, { recursive: true });
  await appendFile(file, `${JSON.stringify(result)}\n`);
  return file;
}

/** @throws SyntaxError for a line that is no JSON */
export async function readResults(file: string): Promise<ResultLine[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.parse(line) as ResultLine);
}

/**
 * Every line of every file of a folder.
 *
 * @throws ConfigError for a folder without results
 */
export async function readAllResults(folder: string): Promise<ResultLine[]> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  const files = names.filter((name) => name.endsWith('.jsonl')).sort();
  if (files.length === 0)
    throw new ConfigError(expected('bench page', 'results (*.jsonl)', folder, 'measure with --record first'));
  return (await Promise.all(files.map((name) => readResults(join(folder, name))))).flat();
}

/** Those lines that time a workload. */
export function measurementsOf(lines: readonly ResultLine[]): Measurement[] {
  return lines.filter((line): line is Measurement => !('kind' in line));
}
