import fc from 'fast-check';

/** A value of a table: a text, a number or truth value where the format has types, or nothing. */
export type Cell = string | number | boolean | null;

/** What the cells of a column look like. */
export type CellKind = 'text' | 'number' | 'list' | 'weighted list' | 'time' | 'label' | 'weight' | 'item' | 'items';

const oddTexts = [
  ...['', ' ', 'NA', 'null', 'NaN', '007', '1e3', 'a,b', 'a"b', "a'b", 'a\nb', 'a\tb', 'a;b', '#x', '\u0000', '\u001f'],
  ...['constructor', '__proto__', 'toString', 'ß', 'İ', 'e\u0301', '\ud83d\ude42', '\u200b', 'x'.repeat(5000), '=1+1', '^', ':'],
]; // prettier-ignore
const plainTexts = ['red', 'green', 'blue', 'Rome', 'Oslo', 'x', 'y'];
const oddNumbers: readonly Cell[] = [
  ...['', 'NaN', 'inf', '-inf', '1e400', '1_000', '0x10', ' 5 ', '+5', '1,5', '-0', '1e-320', '99999999999999999999', null],
  ...[1e30, -1e30, 1e-30, 3.4e38, 0, -1],
]; // prettier-ignore

const text = fc.constantFrom(...plainTexts);
const item = fc.constantFrom('i1', 'i2', 'i3', 'i4');
const listOf = (entry: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.array(entry, { maxLength: 6 }).map((entries) => entries.join('^')); // prettier-ignore

const plain: Readonly<Record<CellKind, fc.Arbitrary<Cell>>> = {
  text,
  item,
  items: listOf(item),
  number: fc.oneof(fc.integer({ min: -5, max: 100 }), fc.double({ min: -1e3, max: 1e3, noNaN: true }), fc.constantFrom('1.5', '2')), // prettier-ignore
  list: listOf(text),
  'weighted list': listOf(fc.tuple(text, fc.constantFrom('', ':1', ':0.5', ':0', ':2e3')).map((pair) => pair.join(''))),
  time: fc.constantFrom('2024-01-31', '2024-02-29 12:00:00', '2023-12-31T23:59:59Z'),
  label: fc.constantFrom<Cell>(0, 1),
  weight: fc.constantFrom<Cell>(1, 0.5, 2, 0),
};

const odd: Readonly<Record<CellKind, fc.Arbitrary<Cell>>> = {
  text: fc.constantFrom<Cell>(...oddTexts, null, 5, true),
  item: fc.constantFrom<Cell>('', null, 'constructor', '__proto__'),
  items: fc.constantFrom<Cell>('', '^', '^^i1', null, '__proto__^i1', Array(80).fill('i2').join('^')),
  number: fc.constantFrom(...oddNumbers),
  list: fc.constantFrom<Cell>('', '^', 'red^^blue', '__proto__^x', null, Array(80).fill('red').join('^')),
  'weighted list': fc.constantFrom<Cell>('red:-1', 'red:1^blue:-1', 'red:NaN', 'red:', ':1', 'red:1e39', 'a:1:2', null),
  time: fc.constantFrom<Cell>('', '2023-02-29', 'yesterday', '0', null, '9999-12-31', '1900-01-01'),
  label: fc.constantFrom<Cell>('yes', 'no', '1.0', 1.0, true, false, 2, '', null, '-1'),
  weight: fc.constantFrom<Cell>(-1, 'NaN', '', null, 1e39, 1e-40),
};

/** A column of cells: most columns are plain, some have odd cells here and there, a few have nothing else, or one cell only. `plainness` says how many of 10 more are plain. */
export function cells(kind: CellKind, numRows: number, plainness = 20): fc.Arbitrary<Cell[]> {
  const column = (cell: fc.Arbitrary<Cell>): fc.Arbitrary<Cell[]> =>
    fc.array(cell, { minLength: numRows, maxLength: numRows });
  const sprinkled = fc.oneof({ weight: 12, arbitrary: plain[kind] }, { weight: 1, arbitrary: odd[kind] });
  const same = fc.oneof(plain[kind], odd[kind]).map((cell) => Array<Cell>(numRows).fill(cell));
  return fc.oneof(
    { weight: plainness, arbitrary: column(plain[kind]) },
    { weight: 6, arbitrary: column(sprinkled) },
    { weight: 2, arbitrary: column(odd[kind]) },
    { weight: 2, arbitrary: same },
  );
}
