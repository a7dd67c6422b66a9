import { expected } from '@ctrflow/core';
import type { IdSlot, TextColumn } from '../columns';
import { fingerprint64 } from '../fingerprint64';
import type { CategoricalFieldSpec, HashedFieldSpec, TimePartFieldSpec } from '../spec';
import { asText } from '../text';
import { timeParser, timePart, timePartSizes } from '../time';
import type { EncoderContext, FieldEncoder } from './encoder';
import { columnOf, sourceColumn } from './encoder';
import type { Encoded } from './lookup';
import { DictionaryLookup } from './lookup';

/** Row of padding and missing values. */
export const MISSING = 0;
/** Row of values that the vocabulary does not hold. */
export const UNKNOWN = 1;
/** First row of the vocabulary. */
export const FIRST_VALUE = 2;

type IdField = CategoricalFieldSpec | HashedFieldSpec | TimePartFieldSpec;

/** A field whose every distinct text has one id. */
export function idEncoder(field: IdField, context: EncoderContext): FieldEncoder {
  const column = sourceColumn(field);
  const lookup = new DictionaryLookup(textToId(field, context));
  return {
    slots: [idSlot(field, context)],
    columns: [column],
    encode(table, out, onProblem) {
      const ids = new Int32Array(table.numRows);
      const text: TextColumn | undefined = asText(columnOf(table, column)) ?? nothing(table.numRows);
      lookup.write(text, column, ids, onProblem);
      out.ids[field.name] = ids;
    },
  };
}

/** A column without a single value. */
export function nothing(numRows: number): TextColumn {
  return { kind: 'text', dictionary: [null], codes: new Int32Array(numRows) };
}

/** Name of the table that a field indexes. */
export function tableOf(field: { readonly name: string; readonly shareTable?: string }): string {
  return field.shareTable ?? field.name;
}

function idSlot(field: IdField, context: EncoderContext): IdSlot {
  const { embeddingDim } = field;
  const table = tableOf(field);
  return {
    kind: 'id',
    name: field.name,
    table,
    numRows: numRowsOf(field, context),
    ...(embeddingDim === undefined ? {} : { embeddingDim }),
  };
}

function numRowsOf(field: IdField, { state }: EncoderContext): number {
  if (field.kind === 'hashed') return field.numBuckets + 1;
  if (field.kind === 'time-part') return timePartSizes[field.part] + FIRST_VALUE;
  const size = field.identity ?? state.vocabularies[tableOf(field)].length;
  return size + (field.reservedRows === false ? 0 : FIRST_VALUE);
}

/** The encoding of one text of a field with ids. */
function textToId(field: IdField, context: EncoderContext): (text: string | null) => Encoded {
  const { canonical } = context;
  switch (field.kind) {
    case 'hashed':
      return (text) => hashedId(canonical(text), field.numBuckets);
    case 'time-part': {
      const parse = timeParser(field.format);
      return (text) => {
        const value = canonical(text);
        if (value === null) return MISSING;
        const time = parse(value);
        return time === undefined
          ? { message: expected(`field "${field.name}"`, `a time of format ${field.format ?? 'iso'}`, value) }
          : FIRST_VALUE + timePart(time, field.part);
      };
    }
    case 'categorical':
      return field.identity === undefined ? vocabularyId(field, context) : identityId(field, field.identity, context);
  }
}

/** 0 for a missing value, else 1 + Fingerprint64 modulo the number of buckets. */
export function hashedId(value: string | null, numBuckets: number): number {
  return value === null ? MISSING : 1 + fingerprint64(value).modulo(numBuckets);
}

function vocabularyId(field: CategoricalFieldSpec, context: EncoderContext): (text: string | null) => Encoded {
  const reserved = field.reservedRows !== false;
  const rows = context.rowsOf(tableOf(field), reserved ? FIRST_VALUE : 0);
  return (text) => {
    const value = context.canonical(text);
    const row = value === null ? MISSING : (rows.get(value) ?? UNKNOWN);
    if (reserved || (value !== null && rows.has(value))) return row;
    const hint = 'without reserved rows there is no id for missing and unknown values';
    return { message: expected(`field "${field.name}"`, 'a value of the vocabulary', value, hint) };
  };
}

function identityId(
  field: CategoricalFieldSpec,
  size: number,
  { canonical }: EncoderContext,
): (text: string | null) => Encoded {
  const reserved = field.reservedRows !== false;
  return (text) => {
    const value = canonical(text);
    if (value === null && reserved) return MISSING;
    const id = value !== null && /^\d+$/.test(value) ? Number(value) : NaN;
    if (id < size) return id + (reserved ? FIRST_VALUE : 0);
    return { message: expected(`field "${field.name}"`, `an integer id from 0 to ${size - 1}`, value) };
  };
}
