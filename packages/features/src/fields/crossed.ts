import type { IdSlot, RawTable, TextColumn } from '../columns';
import { fingerprint64, fingerprintCat64 } from '../fingerprint64';
import type { CrossedFieldSpec, FieldSpec, TimePartFieldSpec } from '../spec';
import type { Canonical } from '../text';
import { asText } from '../text';
import { timeParser, timePart, timePartSizes } from '../time';
import { Word64 } from '../word64';
import { bucketId, bucketRows, nothing } from './categorical';
import type { EncoderContext, FieldEncoder } from './encoder';
import { columnOf, sourceColumn } from './encoder';
import type { Encoded } from './lookup';
import { DictionaryLookup } from './lookup';
import { NumberReader } from './number-column';
import { bucketIds } from './numeric';
import type { OnProblem } from './problem';

/** Unit separator: cannot be confused with a value's text. */
const SEPARATOR = '\u001f';
/** TensorFlow's default hash key of a cross. */
const TENSORFLOW_KEY = new Word64(0xde, 0xcafcaffe | 0);

/** Reads one member of a cross as texts: a number as its bucket, a time as its part. */
type Member = (table: RawTable, onProblem: OnProblem) => TextColumn;

/** A cross of fields: id 0 where a member is missing, else 1 + the hash of the members' values modulo the buckets. */
export function crossedEncoder(field: CrossedFieldSpec, context: EncoderContext): FieldEncoder {
  const members = field.fields.map((name) => context.fieldNamed(name));
  const ordered =
    field.hash === 'tensorflow' ? members : context.spec.fields.filter((candidate) => members.includes(candidate));
  const readers = ordered.map((member) => memberReader(member, context));
  const hash = field.hash === 'tensorflow' ? tensorflowHash : joinedHash;
  const { embeddingDim } = field;
  const slot: IdSlot = {
    kind: 'id',
    name: field.name,
    table: field.name,
    numRows: bucketRows(field),
    ...(embeddingDim === undefined ? {} : { embeddingDim }),
  };
  return {
    slots: [slot],
    columns: ordered.map((member) => sourceColumn(member)),
    encode(table, out, onProblem) {
      const columns = readers.map((read) => read(table, onProblem));
      out.ids[field.name] = crossIds(
        columns,
        table.numRows,
        (values) => bucketId(field, values && hash(values)),
        context,
        (row, problem) => {
          onProblem({ row, column: sourceColumn(ordered[0]), value: '', message: problem });
        },
      );
    },
  };
}

/** Hashes each distinct combination of codes once; `idOf` gets nothing where a member is missing. */
function crossIds(
  columns: readonly TextColumn[],
  numRows: number,
  idOf: (values: readonly string[] | undefined) => Encoded,
  { canonical }: EncoderContext,
  onMissing: (row: number, message: string) => void,
): Int32Array {
  const ids = new Int32Array(numRows);
  const known = new Map<string | number, Encoded>();
  const [first, second] = columns;
  // A pair of codes is one exact number; longer combinations are a text.
  const keyOf =
    columns.length === 2
      ? (row: number): number => first.codes[row] * second.dictionary.length + second.codes[row]
      : (row: number): string => columns.map(({ codes }) => codes[row]).join();
  for (let row = 0; row < numRows; row++) {
    const key = keyOf(row);
    let id = known.get(key);
    if (id === undefined) {
      const values = columns.map(({ dictionary, codes }) => canonical(dictionary[codes[row]]));
      const present = values.filter((value) => value !== null);
      id = idOf(present.length < values.length ? undefined : present);
      known.set(key, id);
    }
    if (typeof id === 'number') ids[row] = id;
    else onMissing(row, id.message);
  }
  return ids;
}

function memberReader(member: FieldSpec, { canonical, state }: EncoderContext): Member {
  const column = sourceColumn(member);
  if (member.kind === 'time-part') return timePartReader(member, column, canonical);
  if (member.kind !== 'numeric') return (table) => asText(columnOf(table, column), column) ?? nothing(table.numRows);
  const reader = new NumberReader(`field "${member.name}"`, column, canonical);
  const boundaries = state.numbers[member.name].boundaries ?? [];
  const dictionary = [null, ...Array.from({ length: boundaries.length + 1 }, (_, bucket) => String(bucket))];
  return (table, onProblem) => ({
    kind: 'text',
    dictionary,
    codes: bucketIds(reader.read(columnOf(table, column), table.numRows, onProblem), boundaries),
  });
}

/** A time enters as its part, counted from 0. */
function timePartReader({ part, format }: TimePartFieldSpec, column: string, canonical: Canonical): Member {
  const parse = timeParser(format);
  const dictionary = [null, ...Array.from({ length: timePartSizes[part] }, (_, value) => String(value))];
  const lookup = new DictionaryLookup((text) => {
    const value = canonical(text);
    const time = value === null ? undefined : parse(value);
    return time === undefined ? 0 : 1 + timePart(time, part);
  });
  return (table, onProblem) => {
    const codes = new Int32Array(table.numRows);
    lookup.write(asText(columnOf(table, column), column) ?? nothing(table.numRows), column, codes, onProblem);
    return { kind: 'text', dictionary, codes };
  };
}

function joinedHash(values: readonly string[]): Word64 {
  return fingerprint64(values.join(SEPARATOR));
}

function tensorflowHash(values: readonly string[]): Word64 {
  return values.reduce((hash, value) => fingerprintCat64(hash, fingerprint64(value)), new Word64().set(TENSORFLOW_KEY));
}
