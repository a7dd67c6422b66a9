/**
 * Models of histories on the question which item comes next: `npm run -s example examples/next-item/compare.ts NAME [FOLDER] [MODEL,MODEL,...]`, NAME being `rechorus_grocery`, `yoochoose_100k` or
 * `shop` (generated). Prints a table, and writes it with learning curves to FOLDER/report.html (default `runs/next-item-NAME`).
 */
import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '@ctrflow/core/node';
import { renderComparisonReport } from '@ctrflow/report';
import { markdownTable } from '../markdown-table';
import { nextItemTasks } from './data-sets';
import { compareNextItem } from './run';

const [name, folder = `runs/next-item-${name}`, models] = process.argv.slice(2);
const open = nextItemTasks[name];
if (open === undefined)
  throw new Error(`compare: expected one of ${Object.keys(nextItemTasks).join(', ')}, got ${name ?? 'nothing'}`);

const task = open();
const chosen = models === undefined ? task : { ...task, models: models.split(',') };
const results = await compareNextItem(chosen, { epochs: 6, onProgress: (line) => { console.error(line); } }); // prettier-ignore
const table = {
  title: 'Which item comes next',
  header: ['model', 'AUC', 'GAUC', 'HR@10', 'NDCG@10', 'epochs', 'seconds'],
  rows: results.map(({ model, auc, gauc, hitRate10, ndcg10, report }) => [
    model,
    ...[auc, gauc, hitRate10, ndcg10].map((value) => value.toFixed(4)),
    ...[String(report.history.length), report.seconds.toFixed(0)],
  ]),
};
console.log(markdownTable(table));
await makeFolder(folder);
const runs = results.map(({ report }) => report);
const command = `npm run -s example examples/next-item/compare.ts ${name}`;
await writeFileAtomic(join(folder, 'report.html'), renderComparisonReport({ title: `Next item on ${name}`, runs, tables: [table], command })); // prettier-ignore
console.log(`${folder}/report.html`);
