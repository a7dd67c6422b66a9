/** Fields and columns may be called as anything is that every object has. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitSchema, schemaFromJSON } from '../src/index';
import type { FieldSpec, RawColumn, RawTable } from '../src/index';

/** `__proto__`, `constructor`, `toString`, ... */
const inherited = Object.getOwnPropertyNames(Object.prototype);
const name = fc.oneof(
  fc.constantFrom(...inherited, 'length', 'label', 'ids', '@label', ' '),
  fc.string({ minLength: 1 }).filter((text) => !/[/:]/.test(text)),
);
const kinds: readonly Omit<FieldSpec & object, 'name'>[] = [
  { kind: 'categorical' },
  { kind: 'numeric' },
  { kind: 'numeric', transform: 'quantile', numBuckets: 2 } as object as FieldSpec,
  { kind: 'hashed', numBuckets: 5 } as object as FieldSpec,
  { kind: 'sequence' },
  { kind: 'multi-hot', weightSeparator: ':' } as object as FieldSpec,
];

const texts = (...values: string[]): RawColumn => ({ kind: 'text', dictionary: values, codes: Int32Array.of(0, 1, 2) });

/** Columns as a program may give them: in a plain object. */
function tableOf(names: readonly string[]): RawTable {
  const columns = Object.fromEntries(names.map((column, i) => [column, texts('1', String(i), '3')]));
  return { numRows: 3, columns };
}

/** Fails if the vocabularies, numbers or encoded columns of a schema are kept in plain objects, or looked up there. */
test('a schema fits, encodes and is read back as under other names', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(name, { minLength: kinds.length, maxLength: kinds.length }), async (names) => {
      const fit = async (given: readonly string[]) => {
        const fields = kinds.map((kind, i) => ({ ...kind, name: given[i] }) as FieldSpec);
        const schema = await fitSchema({ fields }, [tableOf(given)]);
        const again = schemaFromJSON(JSON.parse(JSON.stringify(schema)));
        const rows = [Object.fromEntries(given.map((column, i) => [column, String(i)])), {}];
        return [schema.encode(tableOf(given)), again.encode(tableOf(given)), again.encodeRows(rows)];
      };
      const plain = await fit(kinds.map((_, i) => `c${i}`));
      const encoded = await fit(names);
      for (const [k, columns] of encoded.entries()) {
        for (const kind of ['ids', 'values', 'lists'] as const) {
          expect(Object.keys(columns[kind])).toHaveLength(Object.keys(plain[k][kind]).length);
          names.forEach((column, i) => { expect(columns[kind][column]).toEqual(plain[k][kind][`c${i}`]); }); // prettier-ignore
        }
      }
    }),
    { numRuns: 60 },
  );
});

/** Fails if a column that is not there is found in the prototype of the columns. */
test.each(inherited)('a column %s that is not there is missing in all rows', async (column) => {
  const schema = await fitSchema({ fields: [{ name: column, kind: 'categorical' }], label: { column: 'y' } }, [tableOf([column, 'y'])]); // prettier-ignore
  const encoded = schema.encode({ numRows: 3, columns: {} });
  expect(Array.from(encoded.ids[column])).toEqual([0, 0, 0]);
});
