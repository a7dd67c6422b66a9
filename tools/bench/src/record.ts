import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './machine';
import type { Measurement } from './measurement';

/** Appends a measurement to the results of its commit and returns the file's name. */
export async function record(measurement: Measurement): Promise<string> {
  const { commit, changed } = measurement.machine;
  const folder = join(root, 'docs', 'benchmarks', 'results');
  const file = join(folder, `${commit}${changed ? '-changed' : ''}.jsonl`);
  await mkdir(folder, { recursive: true });
  await appendFile(file, `${JSON.stringify(measurement)}\n`);
  return file;
}

/** @throws SyntaxError for a line that is no JSON */
export async function readResults(file: string): Promise<Measurement[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => JSON.parse(line) as Measurement);
}
