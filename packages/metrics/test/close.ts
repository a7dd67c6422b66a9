import { expect } from 'vitest';

/** Sums of at most some thousand float64 terms of one sign: 1e-12 relative, absolute below 1. NaN equals NaN. */
export function close(actual: number | readonly number[], wanted: number | readonly number[]): void {
  const [one, other] = [[actual].flat(), [wanted].flat()];
  expect(one.length).toBe(other.length);
  one.forEach((value, i) => {
    if (Object.is(value, other[i])) return;
    expect(Math.abs(value - other[i])).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(other[i])));
  });
}

/** The numbers of a record or of a record of columns, in order. */
export function numbersOf(record: object): number[] {
  return Object.values(record as Readonly<Record<string, number | ArrayLike<number>>>).flatMap((value) =>
    typeof value === 'number' ? [value] : Array.from(value),
  );
}
