import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Folder of a real data set: below `CTRFLOW_DATA`, else below `../shared/data` beside the repository. Undefined when it is absent, so that a test can skip
 * with a message; an error when `CTRFLOW_REQUIRE_DATA=1`.
 */
export function dataFolder(name: string): string | undefined {
  const root = process.env.CTRFLOW_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  if (process.env.CTRFLOW_REQUIRE_DATA === '1')
    throw new Error(`the data set ${name} is required, but ${folder} does not exist`);
  console.warn(`skipped: no data set ${name} in ${root} (set CTRFLOW_DATA)`);
  return undefined;
}
