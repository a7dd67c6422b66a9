import { DataError, SchemaError, emptyRecord, expected, mergeRecords, recordOf } from '@ctrflow/core';
import { checkRawTable } from './check-columns';
import type { EncodedColumns, RawColumn, RawTable } from './columns';
import { rowsAsTable, valuesOfColumn } from './encode-rows';
import { fieldEncoder } from './fields';
import { DEFAULT_SEPARATOR } from './fields/list';
import { sourceColumn } from './fields/encoder';
import { tensorColumn } from './fields/tensor';
import type { EncoderContext, FieldEncoder, FittedState } from './fields/encoder';
import type { OnProblem } from './fields/problem';
import { failOnProblem } from './fields/problem';
import { roleEncoder } from './fields/roles';
import { fingerprint64 } from './fingerprint64';
import type { EncodedDraft } from './draft';
import { schemaBrand } from './schema';
import type { FeatureSchema } from './schema';
import type { SchemaSpec } from './spec';
import { targetsOf } from './targets';
import { canonicalizer } from './text';
import { VocabularyIndex } from './vocabulary';
import type { Vocabulary } from './vocabulary';

/** Format of the JSON; raised when an older reader could misread it. */
export const SCHEMA_VERSION = 1;

/**
 * A schema from its declaration and what fitting left behind.
 *
 * @param places - what fitting knows of the vocabularies besides: it need not be found out again
 */
export function fittedSchema(
  spec: SchemaSpec,
  state: FittedState,
  places: Readonly<Record<string, Vocabulary['places']>> = emptyRecord(),
): FeatureSchema {
  const context = encoderContext(spec, state, places);
  const encoders = spec.fields.map((field) => fieldEncoder(field, context));
  const roles = roleEncoder(spec, context.canonical);
  const inputs = [...new Set(encoders.flatMap(({ columns }) => columns))];
  const columns = [...new Set([...inputs, ...roles.columns])];
  const separators = recordOf(
    spec.fields.flatMap((field, i) =>
      field.kind === 'sequence' || field.kind === 'multi-hot'
        ? encoders[i].columns.map((column): [string, string] => [column, field.separator ?? DEFAULT_SEPARATOR])
        : [],
    ),
  );
  const tensorsOfColumns = new Map(spec.fields.flatMap((field) => (field.kind === 'tensor' ? [[sourceColumn(field), field]] : []))); // prettier-ignore
  const json = { format: 'ctrflow-schema', version: SCHEMA_VERSION, spec, ...state };

  const encode = (table: RawTable, onProblem: OnProblem = failOnProblem): EncodedColumns => {
    checkRawTable('schema.encode', table);
    const draft: EncodedDraft = {
      ids: emptyRecord(),
      values: emptyRecord(),
      lists: emptyRecord(),
      tensors: emptyRecord(),
    };
    for (const encoder of encoders) encoder.encode(table, draft, onProblem);
    checkHistories(spec, encoders, draft, onProblem);
    const { tensors, ...others } = draft;
    const encoded = { numRows: table.numRows, ...others, ...roles.encode(table, onProblem) };
    return tensorsOfColumns.size === 0 ? encoded : { ...encoded, tensors };
  };

  const encodeRows = (rows: readonly Readonly<Record<string, unknown>>[]): EncodedColumns => {
    const onProblem = rows.length > 1 ? failOnProblemOfRow : failOnProblem;
    const table = rowsAsTable(rows, columns.filter((column) => !tensorsOfColumns.has(column)), separators); // prettier-ignore
    const tensors = [...tensorsOfColumns].map(([column, field]) => [column, tensorColumn(valuesOfColumn(rows, column), field, onProblem)] as const); // prettier-ignore
    return encode({ ...table, columns: mergeRecords<RawColumn>(table.columns, recordOf(tensors)) }, onProblem);
  };

  return schemaBrand.mark({
    spec,
    slots: encoders.flatMap(({ slots }) => slots),
    targets: targetsOf(spec),
    inputs,
    columns,
    vocabularies: state.vocabularies,
    fingerprint: fingerprint64(canonicalJson(json)).toHex(),
    encode,
    encodeRows,
    toJSON: () => json,
  });
}

function encoderContext(
  spec: SchemaSpec,
  state: FittedState,
  places: Readonly<Record<string, Vocabulary['places']>>,
): EncoderContext {
  const vocabularies = new Map(
    Object.entries(state.vocabularies).map(([table, values]) => [table, new VocabularyIndex(values, places[table])]),
  );
  return {
    spec,
    state,
    canonical: canonicalizer(spec),
    vocabularyOf: (table) => vocabularies.get(table)!,
    fieldNamed(name) {
      const field = spec.fields.find((candidate) => candidate.name === name);
      if (field === undefined) throw new SchemaError(expected('schema', 'the name of a field', name));
      return field;
    },
  };
}

/** Of several rows, the error names the one. */
const failOnProblemOfRow: OnProblem = ({ row, column, value, message }) => {
  throw new DataError(message, { row: row + 1, column, value });
};

/** Side columns of one history have one entry per event: equal lengths in every row. */
function checkHistories(
  spec: SchemaSpec,
  encoders: readonly FieldEncoder[],
  { lists }: EncodedDraft,
  onProblem: OnProblem,
): void {
  const leaders = new Map<string, string>();
  spec.fields.forEach((field, i) => {
    if (field.kind !== 'sequence' || field.history === undefined) return;
    const leader = leaders.get(field.history);
    if (leader === undefined) {
      leaders.set(field.history, field.name);
      return;
    }
    const [ours, theirs] = [lists[field.name].offsets, lists[leader].offsets];
    for (let row = 0; row + 1 < ours.length; row++) {
      const [length, other] = [ours[row + 1] - ours[row], theirs[row + 1] - theirs[row]];
      if (length === other) continue;
      const what = `as many entries as "${leader}" (${other}): both are columns of history "${field.history ?? ''}"`;
      const message = expected(`field "${field.name}"`, what, length);
      onProblem({ row, column: encoders[i].columns[0], value: String(length), message });
    }
  });
}

/** JSON with sorted keys: equal objects give equal texts. */
function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return canonicalPart(value);
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, part]) => `${JSON.stringify(name)}:${canonicalJson(part)}`)
    .join()}}`;
}

function canonicalPart(value: unknown): string {
  // A vocabulary of a million texts goes through at once.
  const plain = !Array.isArray(value) || value.every((part) => typeof part === 'string');
  return plain ? JSON.stringify(value) : `[${value.map(canonicalJson).join()}]`;
}
