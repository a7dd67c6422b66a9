import { expected } from '@ctrflow/core';
import type { IdSlot, TextColumn } from '../columns';
import { fingerprint64 } from '../fingerprint64';
import type { CategoricalFieldSpec, HashedFieldSpec, TimePartFieldSpec } from '../spec';
import { asText } from '../text';
import { timeParser, timePart, timePartSizes } from '../time';
import type { Word64 } from '../word64';
import type { EncoderContext, FieldEncoder } from './encoder';
import { columnOf, sourceColumn } from './encoder';
import type { EncodeText, Encoded } from './lookup';
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
      const text: TextColumn | undefined = asText(columnOf(table, column), column) ?? nothing(table.numRows);
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
  if (field.kind === 'hashed') return bucketRows(field);
  if (field.kind === 'time-part') return timePartSizes[field.part] + FIRST_VALUE;
  const size = field.identity ?? state.vocabularies[tableOf(field)].length;
  return size + (field.reservedRows === false ? 0 : FIRST_VALUE);
}

/** The encoding of one text of a field with ids. */
function textToId(field: IdField, context: EncoderContext): EncodeText {
  const { canonical } = context;
  switch (field.kind) {
    case 'hashed':
      return (text) => {
        const value = canonical(text);
        return bucketId(field, value === null ? undefined : fingerprint64(value));
      };
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

/** What hashed fields and crosses have in common. */
interface Bucketed {
  readonly name: string;
  readonly numBuckets: number;
  readonly reservedRows?: boolean;
}

/** Table rows of a hashed field or a cross. */
export function bucketRows({ numBuckets, reservedRows = true }: Bucketed): number {
  return numBuckets + (reservedRows ? 1 : 0);
}

/** 0 where there is nothing to hash, else 1 + the hash modulo the number of buckets; without the reserved row, the remainder alone. */
export function bucketId({ name, numBuckets, reservedRows = true }: Bucketed, hash: Word64 | undefined): Encoded {
  if (hash !== undefined) return hash.modulo(numBuckets) + (reservedRows ? 1 : 0);
  return reservedRows ? MISSING : withoutReserved(name, null);
}

function withoutReserved(name: string, value: string | null): Encoded {
  const hint = 'without reserved rows there is no id for missing and unknown values';
  const what = value === null ? 'a value' : 'a value of the vocabulary';
  return { message: expected(`field "${name}"`, what, value ?? 'a missing one', hint) };
}

function vocabularyId(field: CategoricalFieldSpec, context: EncoderContext): EncodeText {
  const vocabulary = context.vocabularyOf(tableOf(field));
  return (text, code, dictionary) => {
    const value = context.canonical(text);
    const place = value === null ? -1 : vocabulary.find(value, code, dictionary);
    if (field.reservedRows === false) return place < 0 ? withoutReserved(field.name, value) : place;
    return value === null ? MISSING : rowOf(place);
  };
}

/** Row of the value at a place of the vocabulary; -1 is none. */
export function rowOf(place: number): number {
  return place < 0 ? UNKNOWN : place + FIRST_VALUE;
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
