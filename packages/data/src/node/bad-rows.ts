import { appendFile } from 'node:fs/promises';
import { DataError } from '@ctrflow/core';
import type { EncodedColumns, Problem } from '@ctrflow/features';
import { takeRows } from '../memory';
import type { OnBadRow } from './load';

/** Applies the policy for rows with values that cannot be encoded. */
export class BadRows {
  constructor(
    private readonly file: string,
    private readonly policy: OnBadRow,
    private readonly dropped: Record<string, number>,
  ) {}

  /** Fitting skips bad values unless they are to fail; encoding drops their rows. */
  readonly whileFitting = (problem: Problem): void => {
    if (this.policy === 'fail') throw this.error(problem, undefined);
  };

  async encode(
    encode: (onProblem: (problem: Problem) => void) => EncodedColumns,
    firstRow: number,
  ): Promise<EncodedColumns> {
    const bad = new Map<number, Problem>();
    const encoded = encode((problem) => {
      if (this.policy === 'fail') throw this.error(problem, firstRow);
      if (!bad.has(problem.row)) bad.set(problem.row, problem);
    });
    if (bad.size === 0) return encoded;
    this.dropped.bad = (this.dropped.bad ?? 0) + bad.size;
    if (typeof this.policy === 'object') {
      const lines = [...bad.values()].map(({ column, value, message }) =>
        JSON.stringify({ file: this.file, column, value, reason: message }),
      );
      await appendFile(this.policy.quarantine, lines.map((line) => `${line}\n`).join(''));
    }
    const good = Uint32Array.from({ length: encoded.numRows }, (_, row) => row).filter((row) => !bad.has(row));
    return takeRows(encoded, good);
  }

  private error({ row, column, value, message }: Problem, firstRow: number | undefined): DataError {
    const where = firstRow === undefined ? '' : ` in row ${firstRow + row + 1} of its part`;
    return new DataError(message + where, { file: this.file, column, value });
  }
}
