import { ConfigError, DataError, expected, mergeRecords, recordOf } from '@ctrflow/core';
import { schemaBrand, targetColumn, targetsOf } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import type { Split } from '../split';
import { cleanTable } from './clean';
import { identifier } from './database';
import type { Database } from './database';
import type { PartName } from './encoded';
import { fileDialect, loadTable } from './load';
import { requireColumns } from './loaded-table';
import type { LoadedTable } from './loaded-table';
import { makeWithNumbers, numberColumns } from './number-columns';
import type { OpenDatasetOptions } from './open-dataset-options';
import type { Source } from './source';
import { NO_PART, parts, splitColumns, splitExpression } from './split-sql';

/** What was loaded: one table, or one for each part that is a file of its own. */
export interface Tables {
  readonly train: LoadedTable;
  readonly valid?: LoadedTable;
  readonly test?: LoadedTable;
}

/** The tables that there are. */
export function everyTable({ train, valid, test }: Tables): LoadedTable[] {
  return [train, valid, test].filter((table) => table !== undefined);
}

/** Loads the source, and the parts that are files of their own, and cleans them. */
export async function loadParts(database: Database, source: Source, options: OpenDatasetOptions): Promise<Tables> {
  const { onBadRow, limit, clean, split = defaultSplit(options) } = options;
  const load = async (name: string, from: Source, isSplit: boolean): Promise<LoadedTable> => {
    const loaded = await loadTable(database, name, from, {
      likelyDialect: { ...fileDialect(specOf(options.schema)), ...options.dialect },
      ...(name === 'train' && options.dialect && { dialect: options.dialect }),
      expectedNames: expectedNames(options),
      ...(onBadRow && { onBadRow }),
      ...(limit !== undefined && { limit }),
      ...(!isSplit && clean === undefined && { spec: specOf(options.schema) }), // both look at texts
    });
    const table = clean === undefined ? loaded : await cleanTable(database, loaded, clean);
    if (table.numRows > 0) return table;
    throw new DataError(expected('openDataset: clean', 'rows that stay', 'none'), { file: table.sources.join(', ') });
  };
  return {
    train: await load('train', source, split.by !== 'none'),
    ...(options.valid && { valid: await load('valid', options.valid, false) }),
    ...(options.test && { test: await load('test', options.test, false) }),
  };
}

/** Columns that a header must hold: what is to be predicted. */
function expectedNames({ label, targets, schema }: OpenDatasetOptions): string[] {
  const declared = typeof label === 'string' ? { column: label } : (label ?? specOf(schema)?.label);
  const others = targets ?? specOf(schema)?.targets;
  const toPredict = { ...(declared && { label: declared }), ...(others && { targets: others }) };
  return targetsOf({ fields: [], ...toPredict }).map(targetColumn);
}

function specOf(schema: SchemaSpec | FeatureSchema | undefined): SchemaSpec | undefined {
  return schemaBrand.is(schema) ? schema.spec : schema;
}

/** Where the rows of a part are. */
export interface PartRows {
  readonly table: LoadedTable;
  readonly condition: string;
}

/** Where the rows of each part are, and those that a split by time has no part for. */
export type PartsRows = Readonly<{ train: PartRows; valid?: PartRows; test?: PartRows; untimed?: PartRows }>;

/** Splits the table of the source, and finds the rows of each part. */
export async function splitParts(
  database: Database,
  tables: Tables,
  spec: SchemaSpec,
  options: OpenDatasetOptions,
): Promise<PartsRows> {
  const whole = (table: LoadedTable): PartRows => ({ table, condition: 'true' });
  const given = {
    ...(tables.valid && { valid: whole(tables.valid) }),
    ...(tables.test && { test: whole(tables.test) }),
  };
  const { split = defaultSplit(options) } = options;
  checkSplit(split, options);
  if (split.by === 'none') return { train: whole(tables.train), ...given };
  const { train } = tables;
  requireColumns(train, splitColumns(split));
  const name = 'ctrflow_split';
  const part = splitExpression(split, train, spec);
  // Windows of rows leave them in another order; sorting takes twice as long as all the rest.
  const byTime = split.by === 'time' || split.by === 'leave-last-out';
  const order = byTime ? `ORDER BY ${train.row}` : '';
  const numbers = await makeWithNumbers(
    database,
    name,
    numberColumns(spec, train.columns).filter((column) => train.types[column] === 'VARCHAR'),
    spec,
    async (sqlOf) => {
      const columns = train.columns.map(sqlOf).join(', ');
      await database.run(
        `CREATE TABLE ${name} AS SELECT ${columns}, ${train.row} AS ctrflow_row, ${part} AS ctrflow_part FROM ${identifier(train.name)} ${order}`,
      );
    },
    () => database.run(`DROP TABLE ${name}`),
  );
  await database.run(`DROP TABLE ${identifier(train.name)}`);
  const types = mergeRecords(train.types, recordOf(numbers.map((column) => [column, 'DOUBLE'])));
  const table: LoadedTable = { ...train, name, row: 'ctrflow_row', types, numbers };
  const of = (wanted: PartName): PartRows => ({ table, condition: `ctrflow_part = ${parts[wanted]}` });
  const wants = (wanted: 'valid' | 'test'): boolean => split.by === 'leave-last-out' || split[wanted] > 0;
  return {
    train: of('train'),
    ...(wants('valid') && { valid: of('valid') }),
    ...(wants('test') && { test: of('test') }),
    ...(byTime && { untimed: { table, condition: `ctrflow_part = ${NO_PART}` } }),
    ...given,
  };
}

/** A part comes from one place: rows that the split gives to a part that is a file would be dropped. */
function checkSplit(split: Split, options: OpenDatasetOptions): void {
  for (const part of ['valid', 'test'] as const) {
    if (options[part] === undefined || split.by === 'none') continue;
    if (split.by !== 'leave-last-out' && split[part] === 0) continue;
    const [wanted, hint] = [`${part} rows from a file or from the split`, split.by === 'leave-last-out' ? 'part otherwise' : `set ${part} of the split to 0, or leave out the file`]; // prettier-ignore
    throw new ConfigError(expected('openDataset', wanted, 'both', hint));
  }
}

function defaultSplit({ valid, test }: Pick<OpenDatasetOptions, 'valid' | 'test'>): Split {
  if (valid !== undefined && test !== undefined) return { by: 'none' };
  return { by: 'ratio', valid: valid === undefined ? 0.1 : 0, test: test === undefined ? 0.1 : 0 };
}
