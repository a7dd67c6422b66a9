/** A float64 value and a bound of how far the float32 computation of the same formula can be from it (Higham 2002, section 3.3). */
export interface Bounded {
  readonly value: number;
  readonly error: number;
}

/** Unit roundoff of float32. */
export const ROUNDOFF = 2 ** -24;

/** Half the distance of float32 numbers below the smallest normal one. */
const TINIEST = 2 ** -150;

/** A number that float32 has exactly. */
export const exact = (value: number): Bounded => ({ value, error: 0 });

/** The result of one rounded operation whose operands bring in `error`. */
export function rounded(value: number, error = 0): Bounded {
  return { value, error: error + ROUNDOFF * (Math.abs(value) + error) + TINIEST };
}

export const add = (a: Bounded, b: Bounded): Bounded => rounded(a.value + b.value, a.error + b.error);

export const mul = (a: Bounded, b: Bounded): Bounded =>
  rounded(a.value * b.value, Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error);

/** A function that an engine approximates: `units` roundoffs of the value, and `absolute`. Results below the normal numbers may become 0. */
export function approximate(value: number, units: number, absolute = 0): Bounded {
  return { value, error: units * ROUNDOFF * Math.abs(value) + absolute + 2 ** -126 };
}

/**
 * A sum in any order, each term rounded `roundings` times before: `(n - 1 + roundings) u' sum |t|` with `u' = u / (1 - n u)` (Higham 2002, equation 4.4).
 * Not-finite terms decide the sum by themselves.
 */
export function sum(terms: readonly number[], roundings = 0): Bounded {
  const n = terms.length;
  const magnitude = terms.reduce((total, term) => total + Math.abs(term), 0);
  const value = terms.reduce((total, term) => total + term, 0);
  const factor = Math.max(0, n - 1) + roundings;
  const error = Number.isFinite(magnitude)
    ? (factor * ROUNDOFF * magnitude) / (1 - factor * ROUNDOFF) + n * TINIEST
    : 0;
  return { value, error };
}
