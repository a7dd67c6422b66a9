/**
 * LSTM alone, CNN alone, CNN-LSTM and XGBoost on the same rows, with and without shifting: `npm run -s example examples/purchase-prediction/study.ts NAME [FOLDER] [SEEDS]`, NAME being
 * `shop` (generated), `uci_online_retail` or `cdnow`. Prints tables, and writes them with learning curves to FOLDER/report.html (default `runs/purchases-NAME`).
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic, makeFolder } from '@ctrflow/core/node';
import { renderComparisonReport } from '@ctrflow/report';
import { markdownTable } from '../markdown-table';
import { purchaseStudies } from './data-sets';
import { runStudy } from './run-study';
import { studyTables } from './tables';

const [name, folder = `runs/purchases-${name}`, numSeeds = '3'] = process.argv.slice(2);
const seeds = Array.from({ length: Number(numSeeds) }, (_, i) => i + 1);
const open = purchaseStudies[name];
if (open === undefined)
  throw new Error(`study: expected one of ${Object.keys(purchaseStudies).join(', ')}, got ${name ?? 'nothing'}`);

const study = open();
const result = await runStudy(study, { seeds, epochs: 20, onProgress: (line) => { console.error(line); } }); // prettier-ignore
const tables = studyTables(study, result);
for (const table of tables) console.log(`${table.title}\n\n${markdownTable(table)}`);
await makeFolder(folder);
const title = `Purchase prediction on ${name}`;
const command = `npm run -s example examples/purchase-prediction/study.ts ${name}`;
await writeFileAtomic(join(folder, 'report.html'), renderComparisonReport({ title, runs: result.arms.map(({ report }) => report), tables, command })); // prettier-ignore
await writeFile(join(folder, 'tables.md'), tables.map((table) => `## ${table.title}\n\n${markdownTable(table)}`).join('\n')); // prettier-ignore
console.log(`${folder}/report.html`);
