import {
  SchemaError,
  checkInteger,
  checkKnownOptions,
  checkList,
  checkObject,
  checkText,
  checkTexts,
  expected,
} from '@ctrflow/core';
import { FIRST_VALUE } from './fields/categorical';
import type { FieldSpec, LabelSpec, SchemaSpec, TargetSpec } from './spec';
import { targetColumn } from './targets';
import { plainNumber } from './text';
import { timePartSizes } from './time';

/** What is known of a raw column before a schema is declared. Counts are of values that are there. */
export interface ColumnProfile {
  readonly column: string;
  readonly numRows: number;
  readonly numMissing: number;
  readonly numDistinct: number;
  readonly numNumbers: number;
  readonly numIntegers: number;
  readonly numLeadingZeros: number;
  readonly numDates: number;
  /** Values that are lists, or texts that hold the separator of lists, `^`. */
  readonly numLists: number;
  /** Set where the source declares the column as lists. */
  readonly declaredLists?: boolean;
  /** Distinct entries of the lists, where there are any. */
  readonly numEntries?: number;
  /** Characters of the longest value. */
  readonly maxLength: number;
  /** Most frequent values first. */
  readonly examples: readonly string[];
  /** How much of the label the value gives away, from 0 (no better than guessing the more frequent label) to 1 (alone it gives the label). */
  readonly labelPurity?: number;
}

/** What inference decided for a column, and why. */
export interface InferredColumn {
  readonly column: string;
  readonly role: 'label' | 'field' | 'dropped';
  /** Kind of the field, when it is one. */
  readonly kind?: FieldSpec['kind'];
  readonly reason: string;
  readonly numDistinct: number;
  readonly missingRate: number;
  /** What a person should look at, such as a suspected leak. */
  readonly warnings: readonly string[];
}

/** A proposed declaration: plain JSON to edit, with the reason for each column. */
export interface InferredSchema {
  readonly spec: SchemaSpec;
  readonly inferred: readonly InferredColumn[];
  /** Rows of the embedding tables that the fields would have, at most: a vocabulary may be cut by `minCount` and `maxSize`. */
  readonly tables: readonly { readonly field: string; readonly numRows: number }[];
}

/** Options of {@link inferSchema}. */
export interface InferOptions {
  readonly label?: LabelSpec;
  /** What is to be predicted besides or instead of the label; the values of a binary one are looked at as the label's are. */
  readonly targets?: readonly TargetSpec[];
  readonly dropColumns?: readonly string[];
  readonly nullValues?: readonly string[];
}

/** Texts that mean missing wherever they are among the most frequent values. */
const NULL_MARKERS = ['?', 'NA', 'N/A', 'NULL', 'null', 'None', 'nan', 'NaN', '\\N'];
/** Integers with at most this many distinct values are categories rather than quantities. */
const MAX_INTEGER_CATEGORIES = 20;
/** A column that tells this much of the label is likely to have been written after it. */
const LEAK_PURITY = 0.95;
/** From here on values are hashed instead of kept in a vocabulary. */
const MAX_VOCABULARY = 1_000_000;

/**
 * Proposes a schema from profiles of the columns.
 *
 * @throws SchemaError when no column is left to learn from
 */
export function inferSchema(profiles: readonly ColumnProfile[], options: InferOptions = {}): InferredSchema {
  checkArguments(profiles, options);
  const nullValues =
    options.nullValues ?? NULL_MARKERS.filter((marker) => profiles.some(({ examples }) => examples.includes(marker)));
  const inferred = profiles.map((profile) => inferColumn(profile, options, nullValues));
  const entries = new Map(profiles.map(({ column, numEntries }) => [column, numEntries]));
  const fields = inferred.flatMap(({ field }) => (field === undefined ? [] : [field]));
  if (fields.length === 0) {
    throw new SchemaError(
      expected(
        'inferSchema',
        'at least one column to learn from',
        'none',
        inferred.map(({ column }) => `${column.column}: ${column.reason}`).join('; '),
      ),
    );
  }
  const label = options.label && completeLabel(options.label, options.label.column, profiles);
  const targets = options.targets?.map((target) =>
    target.kind === 'binary' ? completeLabel(target, targetColumn(target), profiles) : target,
  );
  return {
    spec: {
      fields,
      ...(label && { label }),
      ...(targets && { targets }),
      ...(nullValues.length > 0 && { nullValues }),
    },
    inferred: inferred.map(({ column }) => column),
    tables: inferred.flatMap(({ field, column: { column, numDistinct } }) =>
      tableOf(field, entries.get(column) ?? numDistinct),
    ),
  };
}

function checkArguments(profiles: readonly ColumnProfile[], options: InferOptions): void {
  const who = 'inferSchema';
  for (const profile of checkList(who, 'a list of profiles of columns', profiles)) {
    checkText(who, 'the column of a profile', checkObject(who, 'the profile of a column', profile).column);
    checkTexts(who, `the examples of "${profile.column}"`, profile.examples);
  }
  checkKnownOptions(who, options, ['label', 'targets', 'dropColumns', 'nullValues']);
  const { label, targets = [], dropColumns, nullValues } = options;
  for (const target of checkList(who, 'a list of targets', targets))
    checkText(who, 'the name of a target', checkObject(who, 'a target', target).name);
  if (label !== undefined) checkText(who, 'the column of the label', checkObject(who, 'a label', label).column);
  if (dropColumns !== undefined) checkTexts(who, 'dropColumns', dropColumns);
  if (nullValues !== undefined) checkTexts(who, 'nullValues', nullValues);
}

function tableOf(field: FieldSpec | undefined, numDistinct: number): { field: string; numRows: number }[] {
  if (field === undefined || field.kind === 'numeric') return [];
  if (field.kind === 'hashed') return [{ field: field.name, numRows: field.numBuckets + 1 }];
  const numValues = field.kind === 'time-part' ? timePartSizes[field.part] : numDistinct;
  return [{ field: field.name, numRows: numValues + FIRST_VALUE }];
}

/**
 * Bytes that tables take at an embedding size: 4 a number, and three numbers each while training with Adam.
 *
 * @example
 * const { tables } = inferSchema(profiles);
 * console.log(tableBytes(tables, 16).training);
 */
export function tableBytes(
  tables: readonly { readonly numRows: number }[],
  embeddingDim: number,
): { readonly weights: number; readonly training: number } {
  checkInteger('tableBytes', 'embeddingDim', embeddingDim, { min: 1 });
  for (const table of checkList('tableBytes', 'a list of tables', tables))
    checkInteger('tableBytes', 'numRows', checkObject('tableBytes', 'a table with numRows', table).numRows, { min: 0 });
  const numbers = tables.reduce((sum, { numRows }) => sum + numRows * embeddingDim, 0);
  return { weights: numbers * 4, training: numbers * 12 };
}

interface Decision {
  readonly column: InferredColumn;
  readonly field?: FieldSpec;
}

function inferColumn(
  profile: ColumnProfile,
  { label, targets = [], dropColumns = [] }: InferOptions,
  nullValues: readonly string[],
): Decision {
  const { column, numRows, numMissing, numDistinct, examples } = profile;
  const markers = examples.some((example) => nullValues.includes(example));
  const warnings = [
    ...(profile.labelPurity !== undefined && profile.labelPurity > LEAK_PURITY && numDistinct > 1
      ? ['alone it gives the label: a leak?']
      : []),
    ...(markers ? [`holds ${nullValues.filter((value) => examples.includes(value)).join(', ')} as missing`] : []),
  ];
  const base = { column, numDistinct, missingRate: numMissing / numRows, warnings };
  const drop = (reason: string): Decision => ({ column: { ...base, role: 'dropped', reason } });
  const keep = (reason: string, kind: FieldSpec['kind'], options: object = {}): Decision => {
    const name = fieldName(column);
    const field = { name, kind, ...(name === column ? {} : { column }), ...options } as FieldSpec;
    return { column: { ...base, role: 'field', kind, reason }, field };
  };
  if (column === label?.column || targets.some((target) => targetColumn(target) === column))
    return { column: { ...base, role: 'label', reason: 'to be predicted' } };
  if (dropColumns.includes(column)) return drop('left out by the user');
  return decide(profile, markers ? nullValues.length : 0, keep, drop);
}

function decide(
  {
    numRows,
    numMissing,
    numDistinct,
    numNumbers,
    numIntegers,
    numLeadingZeros,
    numDates,
    numLists,
    declaredLists,
    maxLength,
  }: ColumnProfile,
  numMarkers: number,
  keep: (reason: string, kind: FieldSpec['kind'], options?: object) => Decision,
  drop: (reason: string) => Decision,
): Decision {
  const present = numRows - numMissing;
  // A few null markers among numbers do not make a column text.
  const numbers = numNumbers === present || (numMarkers > 0 && numNumbers >= present * 0.5);
  if (numDistinct <= 1) return drop(numDistinct === 0 ? 'no value at all' : 'one value only');
  if (declaredLists === true) return keep('lists', 'sequence');
  if (numDates === present && present > 0)
    return keep('dates: the day of the week', 'time-part', { part: 'day-of-week' });
  if (numLists > present * 0.05) return keep('texts with ^: a list', 'sequence');
  const unique = numDistinct === present && present > 50;
  if (unique && (!numbers || numIntegers === present)) return drop('another value in every row: an id');
  if (numbers && numLeadingZeros === 0 && maxLength < 16) {
    if (numIntegers >= present - numMarkers && numDistinct <= MAX_INTEGER_CATEGORIES)
      return keep('integers with few values', 'categorical');
    return keep('numbers', 'numeric', numIntegers === numNumbers && numDistinct > 100 ? { transform: 'log' } : {});
  }
  if (numDistinct > MAX_VOCABULARY)
    return keep('texts with very many values', 'hashed', { numBuckets: MAX_VOCABULARY });
  const minCount = numDistinct > present / 10 ? { minCount: 2 } : {};
  return keep(numbers ? 'digits that are no quantity (leading zeros, or very long)' : 'texts', 'categorical', minCount);
}

/** Field names hold neither `/` nor `:`: both mean something in paths of weights. */
function fieldName(column: string): string {
  return column.replaceAll(/[/:]/g, '_');
}

const POSITIVE = ['1', 'true', 'yes', 'y', 't'];
const NEGATIVE = ['0', 'false', 'no', 'n', 'f'];

/** Two values that are no usual names of yes and no: the rarer one is taken as positive, said so by `positive` in the declaration. */
function completeLabel<L extends Pick<LabelSpec, 'positive'>>(
  label: L,
  ofColumn: string,
  profiles: readonly ColumnProfile[],
): L {
  const profile = profiles.find(({ column }) => column === ofColumn);
  if (label.positive !== undefined || profile?.numDistinct !== 2) return label;
  const is = (names: readonly string[], value: string): boolean => names.includes(plainNumber(value).toLowerCase());
  const known = profile.examples.every((value) => is([...POSITIVE, ...NEGATIVE], value));
  if (!known) return { ...label, positive: [profile.examples[1]] };
  return { ...label, positive: profile.examples.filter((value) => is(POSITIVE, value)) };
}
