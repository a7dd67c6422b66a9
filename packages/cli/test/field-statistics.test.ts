import { rowsInMemory } from '@ctrflow/data';
import { fittedSchema, textColumn } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { fieldStatistics } from '../src/steps/field-statistics';

const schema = fittedSchema(
  {
    fields: [
      { name: 'city', kind: 'categorical' },
      { name: 'code', kind: 'categorical', reservedRows: false },
      { name: 'seen', kind: 'sequence' },
      { name: 'x', kind: 'numeric', transform: 'none', missingIndicator: false },
    ],
  },
  {
    numRows: 3,
    columns: {
      city: textColumn(['Rome', 'Oslo', 'Rome']),
      code: textColumn(['a', 'b', 'b']),
      seen: textColumn(['p^q', 'p', 'q']),
      x: textColumn(['1', '2', '3']),
    },
  },
);

// Fails for: a deviation that is the root of the mean square, two reserved rows where a field has none, values counted as missing or unknown.
test('what rows hold, by hand', async () => {
  const rows = schema.encode({
    numRows: 4,
    columns: {
      city: textColumn(['Oslo', null, 'Bonn', 'Oslo']),
      code: textColumn(['a', 'b', 'a', 'a']),
      seen: textColumn(['p^q', 'p', null, 'p']),
      x: textColumn(['2', '4', '6', '8']), // mean 5, variance (9 + 1 + 1 + 9) / 4
    },
  });
  const table = await fieldStatistics(schema, rowsInMemory(rows));
  expect(table.rows).toEqual([
    ['city', 'value', '4', '1', '25.0 %', '25.0 %', 'Oslo (50.0 %)'],
    ['code', 'value', '2', '2', '', '', 'a (75.0 %)'],
    ['seen', 'list, 1 on average', '4', '2', '', '', 'p (75.0 %)'],
    ['x', 'number', '', '', '', '', '5 ± 2.24, 2 to 8'],
  ]);
});
