import { DataError } from '@ctrflow/core';

/** A value that cannot be encoded. */
export interface Problem {
  /** Row within the table. */
  readonly row: number;
  readonly column: string;
  readonly value: string;
  /** `who: expected ..., got ...; hint`. */
  readonly message: string;
}

/** Hears of each problem; the row's encoding is then meaningless and to be dropped by who listens. */
export type OnProblem = (problem: Problem) => void;

/** Without a listener, the first problem is an error. */
export const failOnProblem: OnProblem = ({ column, value, message }) => {
  throw new DataError(message, { column, value });
};
