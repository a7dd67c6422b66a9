import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset, RowSource } from '@ctrflow/data';
import { openDataset, openEncoded } from '@ctrflow/data/node';
import { lr } from '@ctrflow/lr';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { loadModel } from '@ctrflow/model-kit/node';
import { eagerEngine, fit, sgd } from '@ctrflow/training';
import type { FitResult } from '@ctrflow/training';
import { runFolder } from '@ctrflow/training/node';
import { Finding, refusalOf } from '../outcome';
import type { Outcome } from '../outcome';
import { writeTable } from '../tables/write-table';
import type { Columns, TableFile } from '../tables/write-table';
import { damageFile } from './damage';
import type { DamageCase, Victim } from './damage-case';

/** A table that has something of each kind of column. */
const table: Columns = [
  ['click', Array.from({ length: 60 }, (_, row) => (row * 7) % 3 === 0 ? 1 : 0)],
  ['city', Array.from({ length: 60 }, (_, row) => ['Rome', 'Oslo', 'São Paulo'][row % 3])],
  ['age', Array.from({ length: 60 }, (_, row) => (row % 11 === 0 ? null : 20 + row / 2))],
  ['tags', Array.from({ length: 60 }, (_, row) => ['a^b', '', 'b'][row % 3])],
]; // prettier-ignore

const options = { label: 'click', split: { by: 'ratio', valid: 0.2, test: 0 }, threads: 1 } as const;

/**
 * Makes a file or folder, damages one file, and uses it. Damage to a file that has a checksum is refused or changes nothing; damage to a table is refused, or it is
 * read as what it now says.
 *
 * @throws Finding when something is wrong that is not the user's doing
 */
export async function runDamageCase({ victim, file, damages }: DamageCase, folder: string): Promise<Outcome> {
  const made = await victimMakers[victim](folder);
  const files = await filesBelow(made.path);
  const hit = files[Math.floor(file * files.length)];
  for (const damage of damages) await damageFile(hit, damage).catch(ignoreMissing);
  try {
    const changed = await made.use();
    if (changed !== undefined && !hit.endsWith('model.json'))
      throw new Finding(`${hit.slice(folder.length + 1)} was damaged, and ${changed} without a word`);
    return { kind: 'finished', did: victim };
  } catch (error) {
    return refusalOf(error);
  }
}

interface Made {
  /** The file, or the folder one of whose files is hit. */
  readonly path: string;
  /** Uses what was damaged; says what came out otherwise than before, where a checksum should have seen it. */
  readonly use: () => Promise<string | undefined>;
}

const victimMakers: Readonly<Record<Victim, (folder: string) => Promise<Made>>> = {
  csv: tableFile('csv'),
  'csv.gz': tableFile('csv.gz'),
  jsonl: tableFile('jsonl'),
  parquet: tableFile('parquet'),
  async model(folder) {
    const model = await trained(await openDataset(await writeTable(table, 'csv', folder), options), join(folder, 'run'), 1); // prettier-ignore
    const path = join(folder, 'run', 'model');
    return { path, use: async () => differenceOf(await loadModel(path, [lr as ModelFactory<never>]), model.model) };
  },
  async encoded(folder) {
    const path = join(folder, 'encoded');
    const before = await contentOf(await openDataset(await writeTable(table, 'csv', folder), { ...options, encodedFolder: path })); // prettier-ignore
    return {
      path,
      use: async () =>
        (await contentOf(await openEncoded(path, { verify: true }))) === before ? undefined : 'other rows came',
    };
  },
  async run(folder) {
    const data = await openDataset(await writeTable(table, 'csv', folder), options);
    const whole = await trained(data, join(folder, 'whole'), 3);
    const path = join(folder, 'part');
    await trained(data, path, 2);
    return { path: join(path, 'checkpoints'), use: async () => differenceOf((await trained(data, path, 3, true)).model, whole.model) }; // prettier-ignore
  },
};

function tableFile(format: TableFile): (folder: string) => Promise<Made> {
  return async (folder) => {
    const path = await writeTable(table, format, folder);
    return {
      path,
      async use() {
        const data = await openDataset(path, options);
        await contentOf(data);
        return undefined;
      },
    };
  };
}

function trained(data: Dataset, folder: string, epochs: number, resume = false): Promise<FitResult> {
  const run = runFolder(folder, { resume });
  return fit(lr(data.schema), data, { engine: eagerEngine(), optimizer: sgd(0.1), batchSize: 16, patience: 9, epochs, run }); // prettier-ignore
}

function differenceOf(model: CtrModel, wanted: CtrModel): string | undefined {
  return JSON.stringify(modelWeights(model)) === JSON.stringify(modelWeights(wanted))
    ? undefined
    : 'other weights came';
}

/** All rows of a data set as one text. */
async function contentOf({ train, valid }: Dataset): Promise<string> {
  const parts = [train, valid].filter((part): part is RowSource => part !== undefined);
  let content = '';
  for (const part of parts) {
    for await (const { ids, values, lists, targets } of part.batches({ batchSize: 1000 })) {
      content += JSON.stringify({ ids, values, lists, targets });
    }
  }
  return content;
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined);
  if (entries === undefined) return [path];
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort(); // prettier-ignore
}

function ignoreMissing(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}
