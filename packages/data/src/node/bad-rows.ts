import { DataError, emptyRecord, expected, recordOf } from '@ctrflow/core';
import type { EncodedColumns, Problem } from '@ctrflow/features';
import { takeRows } from '../memory';
import { columnIdentifier } from './column-names';
import { identifier } from './database';
import type { Database } from './database';
import { locateRows } from './locate';
import type { PartRows } from './parts';
import { quarantineRows } from './quarantine';
import type { OnBadRow } from './quarantine';

/** Applies the policy for rows with values that cannot be encoded. */
export class BadRows {
  constructor(
    private readonly database: Database,
    private readonly policy: OnBadRow,
    private readonly dropped: Record<string, number>,
  ) {}

  /** Encodes the rows of a part from `firstRow` on, without those that are bad. */
  async encode(
    encode: (onProblem: (problem: Problem) => void) => EncodedColumns,
    rows: PartRows,
    firstRow: number,
  ): Promise<EncodedColumns> {
    const bad = new Map<number, Problem>();
    const encoded = encode((problem) => {
      if (!bad.has(problem.row)) bad.set(problem.row, problem);
    });
    if (bad.size === 0) return encoded;
    const problems = [...bad.values()].sort((one, other) => one.row - other.row);
    if (this.policy === 'fail') throw await this.error(problems[0], rows, firstRow);
    this.dropped.bad = (this.dropped.bad ?? 0) + bad.size;
    if (this.policy !== 'skip') await quarantineRows(this.policy.quarantine, await this.describe(problems, rows, firstRow)); // prettier-ignore
    const good = Uint32Array.from({ length: encoded.numRows }, (_, row) => row).filter((row) => !bad.has(row));
    return takeRows(encoded, good);
  }

  /** Treats all rows of a part as bad, for the want of a time in a column. */
  async refuse(rows: PartRows, column: string): Promise<void> {
    const name = columnIdentifier(column);
    const found = await this.database.rows(`SELECT coalesce(CAST(${name} AS VARCHAR), '') AS value FROM ${identifier(rows.table.name)} WHERE ${rows.condition}`); // prettier-ignore
    const numRows = found.length;
    const hint = 'mend the rows, choose onBadRow "skip" or "quarantine", or split otherwise';
    const message = `${expected('split', 'a time in every row', `none in ${numRows} rows`)}; ${hint}`;
    await this.encode(
      (onProblem) => {
        for (const [row, { value }] of found.entries()) onProblem({ row, column, value: value as string, message });
        return { numRows, ids: emptyRecord(), values: emptyRecord(), lists: emptyRecord() };
      },
      rows,
      0,
    );
  }

  private async error(problem: Problem, rows: PartRows, firstRow: number): Promise<DataError> {
    const [{ row, place }] = await this.rowsOf([problem], rows, firstRow);
    const { column, value, message } = problem;
    const where = place.line === undefined ? `; row ${row + 1} of the source` : '';
    return new DataError(message + where, { ...place, column, value });
  }

  /** What a quarantine file says: where the row was, what is wrong, and the whole row. */
  private async describe(problems: readonly Problem[], rows: PartRows, firstRow: number): Promise<object[]> {
    const sources = await this.rowsOf(problems, rows, firstRow);
    return problems.map(({ column, value, message }, i) => {
      const { place, row, content } = sources[i];
      return { ...place, row: row + 1, column, value, reason: message, content };
    });
  }

  private async rowsOf(
    problems: readonly Problem[],
    { table, condition }: PartRows,
    firstRow: number,
  ): Promise<{ row: number; content: object; place: { file: string; line?: number } }[]> {
    const columns = table.columns.map(columnIdentifier).join(', ');
    const numbered = `SELECT ${columns}, ${table.row} AS ctrflow_row, row_number() OVER () - 1 AS ctrflow_i FROM ${identifier(table.name)} WHERE ${condition}`;
    const wanted = problems.map(({ row }) => firstRow + row).join(', ');
    const found = await this.database.rows(
      `SELECT ctrflow_row, CAST(to_json(struct_pack(${table.columns.map((column, i) => `c${i} := ${jsonValue(column, table.types[column])}`).join(', ')})) AS VARCHAR) AS content FROM (${numbered}) WHERE ctrflow_i IN (${wanted}) ORDER BY ctrflow_i`,
    );
    if (found.length !== problems.length)
      throw new DataError(expected('openDataset', `${problems.length} rows again`, found.length));
    const rows = found.map((one) => Number(one.ctrflow_row));
    const places = table.text === undefined ? [] : await locateRows(rows, table.text);
    return found.map((one, i) => ({
      row: rows[i],
      content: recordOf(Object.values(JSON.parse(one.content as string) as object).map((value, k) => [table.columns[k], value])), // prettier-ignore
      place: { file: table.sources.join(', '), ...places[i] },
    }));
  }
}

/** SQL for a value that JSON can hold: infinite numbers and NaN as text. */
function jsonValue(column: string, type: string | undefined): string {
  const name = columnIdentifier(column);
  if (type !== 'DOUBLE' && type !== 'FLOAT') return name;
  return `CASE WHEN isfinite(${name}) THEN to_json(${name}) ELSE to_json(CAST(${name} AS VARCHAR)) END`;
}
