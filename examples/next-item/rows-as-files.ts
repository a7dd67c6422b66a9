import { join } from 'node:path';
import { writeFileAtomic } from '@ctrflow/core/node';
import { nextItemRows } from '@ctrflow/data';
import type { RawColumn, RawTable } from '@ctrflow/features';
import type { NextItemTask } from './data-sets';

/**
 * Writes the rows of a task: `train.jsonl`, `valid.jsonl`, `test.jsonl` (an object to a line, histories as lists) and `schema.json`, the declaration of the fields.
 *
 * @returns rows by file
 */
export async function writeRows(
  { log, rows }: NextItemTask,
  folder: string,
): Promise<Readonly<Record<string, number>>> {
  const { spec, ...parts } = nextItemRows(log, rows);
  const numRows: Record<string, number> = {};
  for (const [part, table] of Object.entries(parts)) {
    const path = join(folder, `${part}.jsonl`);
    await writeFileAtomic(path, async (handle) => {
      for (const text of lines(table)) await handle.write(text);
    });
    numRows[path] = table.numRows;
  }
  await writeFileAtomic(join(folder, 'schema.json'), `${JSON.stringify(spec, null, 2)}\n`);
  return numRows;
}

/** Rows as text, a thousand at a time. */
function* lines({ numRows, columns }: RawTable): Generator<string> {
  const entries = Object.entries(columns).map(([column, values]) => [column, valueOf(values)] as const);
  const line = (row: number): string => JSON.stringify(Object.fromEntries(entries.map(([column, of]) => [column, of(row)]))); // prettier-ignore
  for (let from = 0; from < numRows; from += 1000)
    yield Array.from({ length: Math.min(1000, numRows - from) }, (_, i) => `${line(from + i)}\n`).join('');
}

function valueOf(column: RawColumn): (row: number) => unknown {
  if (column.kind === 'number') return (row) => (Number.isNaN(column.values[row]) ? null : column.values[row]);
  if (column.kind === 'tensor')
    return (row) => Array.from(column.values.subarray(column.offsets[row], column.offsets[row + 1]));
  const { dictionary, codes } = column;
  if (column.kind === 'text') return (row) => dictionary[codes[row]];
  const { offsets } = column;
  return (row) => Array.from(codes.subarray(offsets[row], offsets[row + 1]), (code) => dictionary[code]);
}
