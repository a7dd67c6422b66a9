/**
 * How rows are parted. Ratios are of all rows; what is left is for training.
 *
 * - `ratio` (default): by a stable hash of the row, or of a key column: adding rows moves no old row. Another `seed` makes other parts.
 * - `group`: by a stable hash of a column, so that a group is in one part. Another `seed` makes other parts.
 * - `time`: the latest rows are for the test, those before for validation.
 * - `leave-last-out`: the last row of each group by time is for the test, the one before for validation.
 *
 * A row without a time has no place in an order by time: it is a bad row.
 */
export type Split =
  | {
      readonly by: 'ratio';
      readonly valid: number;
      readonly test: number;
      readonly key?: string;
      readonly seed?: number;
    }
  | {
      readonly by: 'group';
      readonly valid: number;
      readonly test: number;
      readonly column: string;
      readonly seed?: number;
    }
  | { readonly by: 'time'; readonly valid: number; readonly test: number; readonly column: string }
  | { readonly by: 'leave-last-out'; readonly group: string; readonly time: string }
  | { readonly by: 'none' };
