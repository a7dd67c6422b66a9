/**
 * The rows of a task as files, for any other program or for a comparison with FuxiCTR: `npm run -s example examples/next-item/write.ts NAME [FOLDER]`, NAME being one of
 * `compare.ts`, FOLDER by default `runs/next-item-NAME`.
 */
import { nextItemTasks } from './data-sets';
import { writeRows } from './rows-as-files';

const [name, folder = `runs/next-item-${name}`] = process.argv.slice(2);
const open = nextItemTasks[name];
if (open === undefined)
  throw new Error(`write: expected one of ${Object.keys(nextItemTasks).join(', ')}, got ${name ?? 'nothing'}`);
for (const [path, numRows] of Object.entries(await writeRows(open(), folder)))
  console.log(`${path}: ${numRows.toLocaleString('en-US')} rows`);
