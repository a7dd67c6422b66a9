import { appendFile } from 'node:fs/promises';
import { ConfigError, DataError, checkKnownOptions, expected } from '@ctrflow/core';
import { createFitter, inferSchema, schemaBrand } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema, LabelSpec, Problem, SchemaSpec } from '@ctrflow/features';
import type { Dataset, DatasetSummary, RowSource } from '../dataset';
import type { DialectOptions } from '../dialect';
import { concatColumns, rowsInMemory, takeRows } from '../memory';
import type { Split } from '../split';
import { identifier, openDatabase } from './database';
import type { Database } from './database';
import { beginQuarantine, fileDialect, loadTable, requireColumns } from './load';
import type { LoadedTable, OnBadRow } from './load';
import { profileTable } from './profile';
import { TableReader } from './read-table';
import type { Source } from './source';
import { parts, splitExpression } from './split-sql';

/** Options of {@link openDataset}. */
export interface OpenDatasetOptions {
  /** The label's column, or its declaration. Needed when `schema` does not declare it. */
  readonly label?: string | LabelSpec;
  /** A declaration to fit, or a fitted schema. Default: inferred from the file. */
  readonly schema?: SchemaSpec | FeatureSchema;
  /** Columns that an inferred schema leaves out. */
  readonly dropColumns?: readonly string[];
  /** Default: 10 % for validation and 10 % for test by a stable hash of the row. Not used for parts that are files of their own. */
  readonly split?: Split;
  /** Validation rows, where they are a file of their own. */
  readonly valid?: Source;
  /** Test rows, where they are a file of their own. */
  readonly test?: Source;
  /** Default `fail`. */
  readonly onBadRow?: OnBadRow;
  /** What is known of text files: delimiter, names, comment, ... Found otherwise. */
  readonly dialect?: DialectOptions;
  /** Texts that mean missing, for an inferred schema. */
  readonly nullValues?: readonly string[];
  /** Keeps each negative training row with this probability (a stable hash of the row); evaluations correct for it. Default 1. */
  readonly negativeKeepRate?: number;
  /** Reads this many rows at most. */
  readonly limit?: number;
  /** DuckDB's memory limit. Default `1GB`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Hears what is being done. */
  readonly onProgress?: (phase: 'load' | 'infer' | 'fit' | 'encode', rows: number) => void;
}

const optionNames: readonly (keyof OpenDatasetOptions)[] = [
  'label', 'schema', 'dropColumns', 'split', 'valid', 'test', 'onBadRow', 'dialect', 'nullValues', 'negativeKeepRate', 'limit', 'memoryLimit', 'threads', 'onProgress',
]; // prettier-ignore

/**
 * Opens files as a data set: reads them, infers a schema unless one is given, splits, fits the schema on the training rows, and encodes all parts.
 *
 * @example
 * const data = await openDataset('clicks.csv', { label: 'click', split: { by: 'time', column: 'ts', valid: 0.1, test: 0.1 } });
 * @throws DataError with file, line and column for rows that cannot be read; SchemaError, ConfigError
 */
export async function openDataset(source: Source, options: OpenDatasetOptions = {}): Promise<Dataset> {
  checkKnownOptions('openDataset', options, optionNames);
  const database = await openDatabase(options);
  try {
    return await read(database, source, options);
  } finally {
    await database.close();
  }
}

async function read(database: Database, source: Source, options: OpenDatasetOptions): Promise<Dataset> {
  const started = performance.now();
  const report = options.onProgress ?? (() => undefined);
  await beginQuarantine(options.onBadRow);
  const tables = await loadParts(database, source, options);
  const { train } = tables;
  report('load', train.numRows);
  const spec = await specOf(database, tables, options);
  if (spec.label === undefined)
    throw new ConfigError(expected('openDataset', 'a label', 'none', 'give `label`, the column to be predicted'));
  const schemaColumns = [...new Set([...columnsOf(spec), spec.label.column])];
  for (const table of everyTable(tables)) requireColumns(table, schemaColumns);

  const split = partConditions(tables, options);
  if (split.expression !== undefined) {
    const all = train.columns;
    await database.connection.run(
      `CREATE TABLE ctrflow_split AS SELECT *, ${splitExpression(split.expression, all)} AS ctrflow_part FROM ${identifier(train.name)}`,
    );
  }
  const dropped: Record<string, number> = {};
  for (const table of everyTable(tables))
    for (const [reason, count] of Object.entries(table.dropped)) dropped[reason] = (dropped[reason] ?? 0) + count;
  const policy = new BadRows(train.sources.join(', '), options.onBadRow ?? 'fail', dropped);

  const open = async (table: string): Promise<TableReader> => TableReader.open(database, table, schemaColumns, spec);
  const trainReader = await open(split.train.table);
  const schema = schemaBrand.is(options.schema)
    ? options.schema
    : await fit(spec, trainReader, split.train.condition, policy);
  const encode = async (part: PartRows | undefined, reader?: TableReader): Promise<EncodedColumns | undefined> =>
    part === undefined
      ? undefined
      : encodeAll(schema, reader ?? (await open(part.table)), part.condition, policy, report);
  const trainRows = await encode(split.train, trainReader);
  const sameTable = (part: PartRows | undefined): TableReader | undefined =>
    part?.table === split.train.table ? trainReader : undefined;
  const validRows = await encode(split.valid, sameTable(split.valid));
  const testRows = await encode(split.test, sameTable(split.test));
  if (trainRows === undefined)
    throw new DataError(expected('openDataset', 'training rows', 'none', 'every row is in another part, or was bad'));

  const kept =
    options.negativeKeepRate === undefined ? trainRows : keepNegatives(trainRows, options.negativeKeepRate, dropped);
  const sources = [...new Set(everyTable(tables).flatMap((table) => table.sources))];
  const numRows = {
    read: everyTable(tables).reduce((sum, table) => sum + table.numRows, 0),
    train: kept.numRows,
    valid: validRows?.numRows ?? 0,
    test: testRows?.numRows ?? 0,
  };
  const summary: DatasetSummary = {
    sources,
    numRows,
    positiveRate: {
      train: rate(kept),
      ...(validRows && { valid: rate(validRows) }),
      ...(testRows && { test: rate(testRows) }),
    },
    dropped,
    ...(options.negativeKeepRate === undefined ? {} : { negativeKeepRate: options.negativeKeepRate }),
    seconds: (performance.now() - started) / 1000,
    reused: false,
  };
  requireBothClasses(summary);
  return { schema, train: rowsInMemory(kept), ...part('valid', validRows), ...part('test', testRows), summary };
}

interface Tables {
  readonly train: LoadedTable;
  readonly valid?: LoadedTable;
  readonly test?: LoadedTable;
}

function everyTable({ train, valid, test }: Tables): LoadedTable[] {
  return [train, valid, test].filter((table) => table !== undefined);
}

async function loadParts(database: Database, source: Source, options: OpenDatasetOptions): Promise<Tables> {
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

/** The declaration to fit: given, or inferred from all rows of the training file. */
async function specOf(database: Database, { train }: Tables, options: OpenDatasetOptions): Promise<SchemaSpec> {
  const { schema, label, nullValues, dropColumns = [] } = options;
  if (schemaBrand.is(schema)) return schema.spec;
  const declared: LabelSpec | undefined = typeof label === 'string' ? { column: label } : label;
  if (schema !== undefined) return { ...schema, ...(declared && { label: declared }) };
  if (declared === undefined)
    throw new ConfigError(
      expected('openDataset', 'a label or a schema', 'neither', 'give `label`, the column to be predicted'),
    );
  requireColumns(train, [declared.column, ...dropColumns]);
  options.onProgress?.('infer', train.numRows);
  const profiles = await profileTable(database, train, declared.column, nullValues);
  const { spec } = inferSchema(profiles, { label: declared, dropColumns, ...(nullValues && { nullValues }) });
  return { ...spec, ...(train.dialect && { dialect: train.dialect }) };
}

/** Raw columns that a declaration reads. */
export function columnsOf({ fields, label, weight, group, time }: SchemaSpec): string[] {
  const inputs = fields.flatMap((field) => (field.kind === 'crossed' ? [] : [field.column ?? field.name]));
  return [...new Set([...inputs, label?.column, weight, group, time?.column].filter((column) => column !== undefined))];
}

/** Where the rows of a part are. */
interface PartRows {
  readonly table: string;
  readonly condition: string;
}

function partConditions(
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

async function fit(spec: SchemaSpec, reader: TableReader, condition: string, policy: BadRows): Promise<FeatureSchema> {
  const fitter = createFitter(spec);
  for await (const table of reader.tables(condition)) fitter.add(table, policy.whileFitting);
  return fitter.finish();
}

async function encodeAll(
  schema: FeatureSchema,
  reader: TableReader,
  condition: string,
  policy: BadRows,
  report: NonNullable<OpenDatasetOptions['onProgress']>,
): Promise<EncodedColumns | undefined> {
  const chunks: EncodedColumns[] = [];
  let rows = 0;
  for await (const table of reader.tables(condition)) {
    const encoded = await policy.encode((onProblem) => schema.encode(table, onProblem), rows);
    rows += table.numRows;
    if (encoded.numRows > 0) chunks.push(encoded);
    report('encode', rows);
  }
  return chunks.length === 0 ? undefined : concatColumns(chunks);
}

/** Applies the policy for rows with values that cannot be encoded. */
class BadRows {
  constructor(
    private readonly file: string,
    private readonly policy: OnBadRow,
    private readonly dropped: Record<string, number>,
  ) {}

  /** Fitting skips bad values unless they are to fail; encoding drops their rows. */
  readonly whileFitting = (problem: Problem): void => {
    if (this.policy === 'fail') throw this.error(problem, undefined);
  };

  async encode(
    encode: (onProblem: (problem: Problem) => void) => EncodedColumns,
    firstRow: number,
  ): Promise<EncodedColumns> {
    const bad = new Map<number, Problem>();
    const encoded = encode((problem) => {
      if (this.policy === 'fail') throw this.error(problem, firstRow);
      if (!bad.has(problem.row)) bad.set(problem.row, problem);
    });
    if (bad.size === 0) return encoded;
    this.dropped.bad = (this.dropped.bad ?? 0) + bad.size;
    if (typeof this.policy === 'object') {
      const lines = [...bad.values()].map(({ column, value, message }) =>
        JSON.stringify({ file: this.file, column, value, reason: message }),
      );
      await appendFile(this.policy.quarantine, lines.map((line) => `${line}\n`).join(''));
    }
    const good = Uint32Array.from({ length: encoded.numRows }, (_, row) => row).filter((row) => !bad.has(row));
    return takeRows(encoded, good);
  }

  private error({ row, column, value, message }: Problem, firstRow: number | undefined): DataError {
    const where = firstRow === undefined ? '' : ` in row ${firstRow + row + 1} of its part`;
    return new DataError(message + where, { file: this.file, column, value });
  }
}

/** Keeps positives and, by a stable rule, a share of the negatives. */
function keepNegatives(columns: EncodedColumns, keepRate: number, dropped: Record<string, number>): EncodedColumns {
  if (!(keepRate > 0 && keepRate <= 1))
    throw new ConfigError(expected('openDataset', 'a negativeKeepRate in (0, 1]', keepRate));
  let negatives = 0;
  const kept = Uint32Array.from({ length: columns.numRows }, (_, row) => row).filter((row) => {
    if (columns.label?.[row] === 1) return true;
    // Every negative advances the sum by the rate; it is kept whenever an integer is passed.
    return Math.floor((negatives + 1) * keepRate) > Math.floor(negatives++ * keepRate);
  });
  dropped.downsampled = columns.numRows - kept.length;
  return takeRows(columns, kept);
}

function part(
  name: 'valid' | 'test',
  columns: EncodedColumns | undefined,
): Partial<Record<'valid' | 'test', RowSource>> {
  return columns === undefined ? {} : { [name]: rowsInMemory(columns) };
}

function rate({ label, numRows }: EncodedColumns): number {
  return (label ?? new Float32Array()).reduce((sum, value) => sum + value, 0) / numRows;
}

function requireBothClasses({ positiveRate, sources }: DatasetSummary): void {
  for (const [name, share] of Object.entries(positiveRate)) {
    if (share > 0 && share < 1) continue;
    const got = share === 0 ? 'only label 0' : 'only label 1';
    throw new DataError(
      expected('openDataset', `both labels in the ${name} part`, got, 'check the label, or split otherwise'),
      { file: sources.join(', ') },
    );
  }
}
