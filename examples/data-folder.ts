import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tableFromCsv } from '@ctrflow/data';
import type { CsvOptions, CsvTable } from '@ctrflow/data';

/** The folder of public data sets: `CTRFLOW_DATA`, or `shared/data` beside the repository. */
const root = process.env.CTRFLOW_DATA ?? resolve(import.meta.dirname, '../../shared/data');

/** Reads a gzipped text file of the folder as columns of texts. */
export function readTable(path: string, options: CsvOptions = {}): CsvTable {
  return tableFromCsv(readText(path), options);
}

/** Reads a gzipped text file of the folder. */
export function readText(path: string): string {
  const file = join(root, path);
  if (!existsSync(file))
    throw new Error(`examples: expected ${file}, got no such file; name the folder in CTRFLOW_DATA`);
  return gunzipSync(readFileSync(file)).toString('utf8');
}
