import { checkFunction, checkInteger, checkKnownOptions, checkOneOf, checkText } from '@ctrflow/core';
import { writeFileAtomic } from '@ctrflow/core/node';
import type { SchemaSpec } from '@ctrflow/features';
import { join } from 'node:path';
import { MOCK_CLICK_RATE, createMock } from '../mock';
import type { MockOptions } from '../mock';
import { requireOwnFolder } from './own-folder';
import { writeTables } from './tables';
import type { Table } from './tables';
import { truthFiles } from './truth-files';

/** Options of {@link writeMock}. */
export interface WriteMockOptions extends MockOptions {
  /** Interactions. Default 10,000. */
  readonly rows?: number;
  /** Default `csv`. */
  readonly format?: 'csv' | 'parquet';
  readonly onProgress?: (rows: number, total: number) => void;
}

/** What was written, and what no model can beat on them. */
export interface WrittenMock {
  /** The interactions: user, item, timestamp, click. */
  readonly file: string;
  /** Who the users are: user, age, gender. */
  readonly users: string;
  /** What the items are: item, category, price. */
  readonly items: string;
  /** A declaration that suits the interactions; also in `schema.json`. */
  readonly schema: SchemaSpec;
  readonly rows: number;
  readonly clickRate: number;
  /** 0.5: there is nothing to learn. */
  readonly bestAuc: number;
  readonly bestLogLoss: number;
  readonly seconds: number;
}

const ROWS_PER_WRITE = 10_000;

const tables: readonly Table[] = [
  { name: 'users', columns: [{ name: 'user', type: 'VARCHAR' }, { name: 'age', type: 'INTEGER' }, { name: 'gender', type: 'VARCHAR' }] },
  { name: 'items', columns: [{ name: 'item', type: 'VARCHAR' }, { name: 'category', type: 'VARCHAR' }, { name: 'price', type: 'DOUBLE' }] },
  { name: 'interactions', columns: [{ name: 'user', type: 'VARCHAR' }, { name: 'item', type: 'VARCHAR' }, { name: 'timestamp', type: 'BIGINT' }, { name: 'click', type: 'TINYINT' }] },
  { name: 'probabilities', columns: [{ name: 'click', type: 'TINYINT' }, { name: 'click_probability', type: 'DOUBLE' }] },
]; // prettier-ignore

const schema: SchemaSpec = {
  fields: ['user', 'item'].map((name) => ({ name, kind: 'categorical' })),
  label: { column: 'click' },
  time: { column: 'timestamp', format: 'unix-seconds' },
};

/**
 * Writes the tables of {@link createMock} into a folder, in constant memory: `users`, `items`, `interactions` and `probabilities` as CSV or Parquet, `schema.json`,
 * `truth.json`. A file appears as a whole or not at all. Users and items are joined to interactions by `@ctrflow/data`.
 *
 * @example
 * const { file, users, items } = await writeMock('mock', { rows: 1000 });
 * await openDataset({ from: file, joins: [{ source: users, on: 'user' }, { source: items, on: 'item' }] }, { label: 'click' });
 * @throws ConfigError for options that do not exist or do not fit
 */
export async function writeMock(folder: string, options: WriteMockOptions = {}): Promise<WrittenMock> {
  const started = performance.now();
  checkText('writeMock', 'folder', folder);
  checkKnownOptions('writeMock', options, ['numUsers', 'numItems', 'seed', 'rows', 'format', 'onProgress']);
  const { rows: wanted, format = 'csv', onProgress, ...sizes } = options;
  const rows = checkInteger('writeMock', 'rows', wanted ?? 10_000, { min: 1 });
  checkOneOf('writeMock', 'format', format, ['csv', 'parquet']);
  if (onProgress !== undefined) checkFunction('writeMock', 'onProgress', onProgress);
  const mock = createMock(sizes);
  await requireOwnFolder(folder, ['truth.json', 'schema.json', ...tables.map(({ name }) => `${name}.${format}`)]);
  await writeTables(folder, format, tables, async (sinks) => {
    const fill = async (name: string, size: number, cells: (index: number) => readonly string[]): Promise<void> => {
      for (let i = 0; i < size; i++) {
        sinks[name].add(cells(i));
        if ((i + 1) % ROWS_PER_WRITE === 0) await sinks[name].flush();
        if (name === 'interactions' && ((i + 1) % ROWS_PER_WRITE === 0 || i + 1 === size)) onProgress?.(i + 1, size);
      }
    };
    await fill('users', mock.numUsers, (i) => textsOf(mock.user(i)));
    await fill('items', mock.numItems, (i) => textsOf({ ...mock.item(i), price: mock.item(i).price.toFixed(2) }));
    await fill('interactions', rows, (i) => textsOf(mock.interaction(i)));
    await fill('probabilities', rows, (i) => [String(mock.interaction(i).click), String(MOCK_CLICK_RATE)]);
  });
  const path = (name: string): string => join(folder, `${name}.${format}`);
  const truth = { rows, clickRate: MOCK_CLICK_RATE, bestAuc: 0.5, bestLogLoss: entropy(MOCK_CLICK_RATE) };
  const written = { file: path('interactions'), users: path('users'), items: path('items'), ...truth };
  const known = { preset: 'mock', seed: options.seed ?? 1, ...written, ...(await truthFiles(folder, format)) };
  await writeFileAtomic(join(folder, 'truth.json'), `${JSON.stringify(known, null, 2)}\n`);
  await writeFileAtomic(join(folder, 'schema.json'), `${JSON.stringify(schema, null, 2)}\n`);
  return { ...written, schema, seconds: (performance.now() - started) / 1000 };
}

function textsOf(row: object): string[] {
  return Object.values(row).map(String);
}

function entropy(rate: number): number {
  return -(rate * Math.log(rate) + (1 - rate) * Math.log1p(-rate));
}
