import {
  SchemaError,
  checkFunction,
  checkKnownOptions,
  checkObject,
  emptyRecord,
  expected,
  recordOf,
} from '@ctrflow/core';
import { checkRawTable } from './check-columns';
import type { RawTable, TextColumn } from './columns';
import { tableOf } from './fields/categorical';
import type { FittedState } from './fields/encoder';
import { columnOf, sourceColumn } from './fields/encoder';
import { listSplitter } from './fields/list';
import { NumberReader } from './fields/number-column';
import { DEFAULT_NUM_BUCKETS } from './fields/numeric';
import type { OnProblem } from './fields/problem';
import { failOnProblem } from './fields/problem';
import { fittedSchema } from './fitted-schema';
import { NumericSummary } from './numeric-summary';
import type { FeatureSchema, SchemaFitter } from './schema';
import type { FieldSpec, NumericFieldSpec, SchemaSpec } from './spec';
import type { Canonical } from './text';
import { asText, canonicalizer } from './text';
import { validateSpec } from './validate';
import { ValueCounts } from './vocabulary';
import type { CountSpill } from './vocabulary';

type VocabularyField = Extract<FieldSpec, { kind: 'categorical' | 'sequence' | 'multi-hot' }>;

/** What is accumulated: value counts by table, summaries by numeric field. Everything else needs no fitting. */
interface FittingState {
  readonly counts: ReadonlyMap<string, ValueCounts>;
  readonly numbers: ReadonlyMap<string, NumericSummary>;
}

const states = new WeakMap<SchemaFitter, FittingState>();

/** Options of {@link createFitter}. */
export interface FitterOptions {
  /** Takes counts that are more than memory should hold. Default: all stay in memory. */
  readonly spill?: CountSpill;
}

/**
 * Starts fitting a schema.
 *
 * @example
 * const fitter = createFitter({ fields: [{ name: 'city', kind: 'categorical' }], label: { column: 'click' } });
 * for (const table of tables) fitter.add(table);
 * const schema = fitter.finish();
 * @throws SchemaError, ConfigError when the declaration is wrong
 */
export function createFitter(declaration: SchemaSpec, options: FitterOptions = {}): SchemaFitter {
  const spec = validateSpec(declaration);
  checkKnownOptions('createFitter', options, ['spill']);
  if (options.spill !== undefined)
    checkObject('createFitter', 'a spill, as spillCounts gives it, for spill', options.spill, ['write']);
  const canonical = canonicalizer(spec);
  const state = emptyState(spec, options);
  const adders = spec.fields.flatMap((field) => adderOf(field, state, canonical));
  const fitter: SchemaFitter = {
    spec,
    add(table, onProblem = failOnProblem) {
      checkRawTable('fitter.add', table);
      for (const add of adders) add(table, onProblem);
    },
    addCounts(column, dictionary, counts, onProblem = failOnProblem) {
      for (const field of spec.fields) {
        if (needsVocabulary(field) && sourceColumn(field) === column)
          addCounts(field, state, canonical, dictionary, counts, onProblem);
      }
    },
    merge(other) {
      const theirs = states.get(other);
      if (theirs === undefined || JSON.stringify(other.spec) !== JSON.stringify(spec)) {
        throw new SchemaError(expected('fitter', 'a fitter of the same declaration to merge', 'another one'));
      }
      state.counts.forEach((counts, table) => {
        const other = theirs.counts.get(table);
        if (other !== undefined) counts.merge(other);
      });
      state.numbers.forEach((summary, name) => {
        const other = theirs.numbers.get(name);
        if (other !== undefined) summary.merge(other);
      });
    },
    finish: () => finish(spec, state),
  };
  states.set(fitter, state);
  return fitter;
}

/**
 * Fits a schema on tables in one pass.
 *
 * @throws SchemaError, ConfigError when the declaration is wrong, or a table is none
 */
export async function fitSchema(
  spec: SchemaSpec,
  tables: Iterable<RawTable> | AsyncIterable<RawTable>,
): Promise<FeatureSchema> {
  const fitter = createFitter(spec);
  const given = Object(tables) as { readonly [Symbol.iterator]?: unknown; readonly [Symbol.asyncIterator]?: unknown };
  checkFunction(
    'fitSchema',
    'the tables, a list or what can be iterated over',
    typeof tables === 'string' ? tables : (given[Symbol.iterator] ?? given[Symbol.asyncIterator]),
  );
  for await (const table of tables) fitter.add(table);
  return fitter.finish();
}

function needsVocabulary(field: FieldSpec): field is VocabularyField {
  return (
    field.kind === 'sequence' ||
    field.kind === 'multi-hot' ||
    (field.kind === 'categorical' && field.identity === undefined)
  );
}

function emptyState({ fields }: SchemaSpec, { spill }: FitterOptions): FittingState {
  const crossed = new Set(fields.flatMap((field) => (field.kind === 'crossed' ? field.fields : [])));
  const numBuckets = (field: NumericFieldSpec): number | undefined =>
    field.transform === 'quantile' || crossed.has(field.name) ? (field.numBuckets ?? DEFAULT_NUM_BUCKETS) : undefined;
  return {
    counts: new Map(fields.filter(needsVocabulary).map((field) => [tableOf(field), new ValueCounts(spill)])),
    numbers: new Map(
      fields.flatMap((field) =>
        field.kind === 'numeric'
          ? [[field.name, new NumericSummary({ numBuckets: numBuckets(field), logs: field.transform === 'log' })]]
          : [],
      ),
    ),
  };
}

type Adder = (table: RawTable, onProblem: OnProblem) => void;

function adderOf(field: FieldSpec, state: FittingState, canonical: Canonical): Adder[] {
  if (field.kind === 'numeric') {
    const column = sourceColumn(field);
    const reader = new NumberReader(`field "${field.name}"`, column, canonical);
    const summary = state.numbers.get(field.name);
    return [
      (table, onProblem) => {
        summary?.add(reader.read(columnOf(table, column), table.numRows, onProblem));
      },
    ];
  }
  if (!needsVocabulary(field)) return [];
  const counts = state.counts.get(tableOf(field));
  const column = sourceColumn(field);
  if (field.kind === 'categorical') {
    return [
      (table) => {
        const text = asText(columnOf(table, column), column);
        if (text !== undefined) counts?.add(text.dictionary, text.codes, canonical);
      },
    ];
  }
  const split = listSplitter(field);
  return [
    (table, onProblem) => {
      const { dictionary, codes } = split(columnOf(table, column), table, onProblem);
      counts?.add(dictionary, codes, canonical);
    },
  ];
}

/** The distinct values of a column of texts, each with the number of its rows. */
function addCounts(
  field: VocabularyField,
  state: FittingState,
  canonical: Canonical,
  dictionary: readonly (string | null)[],
  counts: Float64Array,
  onProblem: OnProblem,
): void {
  const total = state.counts.get(tableOf(field));
  if (field.kind === 'categorical') {
    total?.addCounts(dictionary, counts, canonical);
    return;
  }
  const numRows = counts.length;
  const text: TextColumn = { kind: 'text', dictionary, codes: Int32Array.from(counts, (_, code) => code) };
  const lists = listSplitter(field)(text, { numRows, columns: emptyRecord() }, onProblem);
  for (let code = 0; code < numRows; code++) {
    for (let i = lists.offsets[code]; i < lists.offsets[code + 1]; i++) {
      const value = canonical(lists.dictionary[lists.codes[i]]);
      if (value !== null && counts[code] > 0) total?.addValue(value, counts[code]);
    }
  }
}

function finish(spec: SchemaSpec, { counts, numbers }: FittingState): FeatureSchema {
  const vocabularies = [...counts].map(([table, values]) => {
    const { minCount = 1, maxSize = Infinity } = ownerOf(spec, table) ?? {};
    return [table, values.finish({ minCount, maxSize })] as const;
  });
  const state: FittedState = {
    vocabularies: recordOf(vocabularies.map(([table, { values }]) => [table, values])),
    numbers: recordOf([...numbers].map(([name, summary]) => [name, summary.finish()])),
  };
  return fittedSchema(spec, state, recordOf(vocabularies.map(([table, { places }]) => [table, places])));
}

/** The field that a table is named after. */
function ownerOf({ fields }: SchemaSpec, table: string): VocabularyField | undefined {
  return fields.filter(needsVocabulary).find((field) => field.name === table);
}
