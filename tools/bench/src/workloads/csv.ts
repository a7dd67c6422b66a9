import { join } from 'node:path';
import type { LogColumn } from '../files/click-log';
import { pythonSides } from '../workload';
import type { Side, SideSettings, Sizes, Workload } from '../workload';

/** A CSV file to encoded rows in files of their own: read, fit vocabularies and moments, encode, write. */
function csvWorkload(name: string, summary: string, rows: number, columnsOf: () => Promise<LogColumns>): Workload {
  return {
    name,
    summary,
    unit: 'run',
    sizes: { rows },
    quickSizes: { rows: 300 },
    modes: ['vocabulary'],
    variants: ['arrow'],
    peers: { fuxictr: pythonSides('fuxictr', 'csv_fuxictr'), pandas: pythonSides('pandas', 'csv_pandas') },
    rowsPerSample: (sizes) => sizes.rows,
    makeFiles: async (sizes, folder) => makeLog(sizes, folder, await columnsOf()),
    prepare: async (settings) => encodingSide(settings, await columnsOf()),
  };
}

type LogColumns = readonly LogColumn[];

export const csv11 = csvWorkload(
  'csv-11',
  'CSV to encoded Arrow files, 11 columns (7 texts), 1M rows, against FuxiCTR and pandas',
  1_000_000,
  async () => (await import('../files/click-log')).narrowLog,
);

export const csv40 = csvWorkload(
  'csv-40',
  "CSV to encoded Arrow files, Criteo's 40 columns (26 texts), 1M rows, against FuxiCTR and pandas",
  1_000_000,
  async () => (await import('../files/click-log')).wideLog,
);

async function makeLog({ rows }: Sizes, folder: string, columns: LogColumns): Promise<void> {
  const { logLines } = await import('../files/click-log');
  const { once } = await import('../files/once');
  await once(join(folder, 'log.csv'), () => logLines(columns, rows));
  const described = columns.map(({ name, kind }) => ({ name, kind }));
  await once(join(folder, 'columns.json'), () => [JSON.stringify(described)]);
}

async function encodingSide({ folder, scratch, threads }: SideSettings, columns: LogColumns): Promise<Side> {
  const { rm } = await import('node:fs/promises');
  const { openDataset } = await import('@ctrflow/data/node');
  const { logSchema } = await import('../files/click-log');
  const encodedFolder = join(scratch, 'encoded');
  let results = {};
  return {
    info: {},
    before: () => rm(encodedFolder, { recursive: true, force: true }),
    async run() {
      const schema = logSchema(columns);
      const data = await openDataset(join(folder, 'log.csv'), {
        schema,
        encodedFolder,
        threads,
        split: { by: 'none' },
      });
      const ids = data.schema.slots.reduce((sum, slot) => sum + ('table' in slot ? slot.numRows - 2 : 0), 0);
      results = { rows: data.train.numRows, distinct: ids };
    },
    results: () => results,
  };
}
