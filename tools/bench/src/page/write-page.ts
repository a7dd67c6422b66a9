import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readAllResults } from '../record';
import { renderBenchmarkPage } from './html';
import { renderMarkdown } from './markdown';
import { newestResults } from './newest';

/** Where results are read and where the page goes. */
export interface PageOptions {
  readonly results: string;
  readonly out: string;
  /** Shows results of sizes of seconds too. */
  readonly quick: boolean;
}

/** Writes `index.html` and `TABLE.md` from all results and returns their names. */
export async function writePage({ results, out, quick }: PageOptions): Promise<string[]> {
  const newest = newestResults(await readAllResults(results), quick);
  const files = { 'index.html': renderBenchmarkPage(newest), 'TABLE.md': renderMarkdown(newest) };
  await mkdir(out, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(out, name), text);
  return Object.keys(files).map((name) => join(out, name));
}
