import fc from 'fast-check';
import type { FieldSpec, RawTable, SchemaSpec } from '@ctrflow/features';
import { randomColumns } from './columns';

/** Options of {@link schemaSpecs}. */
export interface SchemaSpecsOptions {
  /** Most fields. Default 6. */
  readonly maxFields?: number;
  /** Fields that every schema has, ahead of the drawn ones. Default none. */
  readonly fields?: readonly FieldSpec[];
}

/** Names that nothing may read a meaning into: blanks, dots, other alphabets, and what objects have anyway. */
const fieldNames = ['a', 'b', 'user id', 'prix.total', 'город', '品牌', 'toString', 'weights', 'values', 'x_1'];

/**
 * Declarations with fields of every kind (ids by vocabulary, identity, hash or cross; numbers with and without an indicator; sequences; weighted sets;
 * parts of a time; shared tables) and a label `click`. They shrink to fewer and simpler fields.
 */
export function schemaSpecs({ maxFields = 6, fields = [] }: SchemaSpecsOptions = {}): fc.Arbitrary<SchemaSpec> {
  const taken = new Set(fields.map(({ name }) => name));
  const names = fieldNames.filter((name) => !taken.has(name));
  return fc
    .array(fieldKinds, { minLength: fields.length === 0 ? 1 : 0, maxLength: Math.min(maxFields, names.length) })
    .map((kinds) => {
      const drawn: FieldSpec[] = [...fields];
      kinds.forEach((make, i) => drawn.push(make(names[i], drawn)));
      return { fields: drawn, label: { column: 'click' } };
    });
}

type MakeField = (name: string, before: readonly FieldSpec[]) => FieldSpec;

const categorical: MakeField = (name) => ({ name, kind: 'categorical' });

/** A categorical field that another one may share its table with. */
const owner = (before: readonly FieldSpec[]): FieldSpec | undefined =>
  before.find((field) => field.kind === 'categorical' && field.shareTable === undefined);

const fieldKinds: fc.Arbitrary<MakeField> = fc.oneof(
  fc.constant(categorical),
  fc.integer({ min: 1, max: 9 }).map((numBuckets): MakeField => (name) => ({ name, kind: 'hashed', numBuckets })),
  fc.boolean().map((missingIndicator): MakeField => (name) => ({ name, kind: 'numeric', missingIndicator })),
  fc.constant<MakeField>((name) => ({ name, kind: 'numeric', transform: 'quantile', numBuckets: 4 })),
  fc.constant<MakeField>((name) => ({ name, kind: 'time-part', part: 'day-of-week' })),
  fc.integer({ min: 1, max: 4 }).map((maxLength): MakeField => (name) => ({ name, kind: 'sequence', maxLength })),
  fc.boolean().map((weighted): MakeField => (name) => ({
    name,
    kind: 'multi-hot',
    ...(weighted ? { weightSeparator: ':' } : {}),
  })),
  fc.constant<MakeField>((name, before) => {
    const shared = owner(before);
    return shared === undefined ? categorical(name, before) : { name, kind: 'sequence', shareTable: shared.name };
  }),
  fc.constant<MakeField>((name, before) => {
    const members = before.filter(({ kind }) => kind === 'categorical' || kind === 'hashed').slice(0, 2);
    if (members.length < 2) return categorical(name, before);
    return { name, kind: 'crossed', fields: members.map((member) => member.name), numBuckets: 7 };
  }),
);

/** Raw rows for a declaration, values missing here and there (see {@link randomColumns}); they shrink to fewer rows. */
export function rawTables(spec: SchemaSpec, maxRows = 7): fc.Arbitrary<RawTable> {
  return fc
    .record({ numRows: fc.integer({ min: 1, max: maxRows }), seed: fc.nat({ max: 1000 }) })
    .map(({ numRows, seed }) => randomColumns(spec, numRows, seed));
}
