import { schemaBrand } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import type { DialectOptions } from '../dialect';
import type { Split } from '../split';
import type { Database } from './database';
import { fileDialect, loadTable } from './load';
import type { LoadedTable } from './load';
import type { OpenDatasetOptions } from './open-dataset-options';
import type { Source } from './source';
import { parts } from './split-sql';

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

/** Loads the source, and the parts that are files of their own. */
export async function loadParts(database: Database, source: Source, options: OpenDatasetOptions): Promise<Tables> {
  const label =
    typeof options.label === 'string' ? options.label : (options.label?.column ?? labelOfSchema(options.schema));
  const load = (name: string, from: Source): Promise<LoadedTable> =>
    loadTable(database, name, from, {
      dialect: { ...specDialect(options.schema), ...options.dialect },
      expectedNames: label === undefined ? [] : [label],
      ...(options.onBadRow && { onBadRow: options.onBadRow }),
      ...(options.limit !== undefined && { limit: options.limit }),
    });
  const train = await load('train', source);
  return {
    train,
    ...(options.valid && { valid: await load('valid', options.valid) }),
    ...(options.test && { test: await load('test', options.test) }),
  };
}

function labelOfSchema(schema: SchemaSpec | FeatureSchema | undefined): string | undefined {
  return (schemaBrand.is(schema) ? schema.spec : schema)?.label?.column;
}

function specDialect(schema: SchemaSpec | FeatureSchema | undefined): DialectOptions {
  return fileDialect(schemaBrand.is(schema) ? schema.spec : schema);
}

/** Where the rows of a part are. */
export interface PartRows {
  readonly table: string;
  readonly condition: string;
}

/** Where the rows of each part are, and the split that parts them, if one does. */
export function partConditions(
  tables: Tables,
  { split }: OpenDatasetOptions,
): { train: PartRows; valid?: PartRows; test?: PartRows; expression?: Split } {
  const whole = (table: LoadedTable): PartRows => ({ table: table.name, condition: 'true' });
  const given = {
    ...(tables.valid && { valid: whole(tables.valid) }),
    ...(tables.test && { test: whole(tables.test) }),
  };
  const expression = split ?? defaultSplit(tables);
  if (expression.by === 'none') return { train: whole(tables.train), ...given };
  const of = (part: keyof typeof parts): PartRows => ({
    table: 'ctrflow_split',
    condition: `ctrflow_part = ${parts[part]}`,
  });
  const wants = (part: 'valid' | 'test'): boolean => expression.by === 'leave-last-out' || expression[part] > 0;
  return {
    train: of('train'),
    ...(wants('valid') && { valid: of('valid') }),
    ...(wants('test') && { test: of('test') }),
    ...given,
    expression,
  };
}

function defaultSplit({ valid, test }: Tables): Split {
  if (valid !== undefined && test !== undefined) return { by: 'none' };
  return { by: 'ratio', valid: valid === undefined ? 0.1 : 0, test: test === undefined ? 0.1 : 0 };
}
