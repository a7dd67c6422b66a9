// Arithmetic with running error bounds, for oracles of what is computed in float32: the bound of a test follows from the formula and the numbers.

/** A float64 value and a bound of how far the float32 computation of the same formula can be from it. */
export interface Bounded {
  readonly value: number;
  readonly error: number;
}

/** Unit roundoff of float32. */
const unit = 2 ** -24;

/**
 * A result of one float32 operation whose operands bring in `error`. The last term is what rounds below the smallest normal number. Exact operands with a
 * result that float32 has give that.
 */
function rounded(value: number, error: number): Bounded {
  if (error === 0 && Math.fround(value) === value) return exact(value);
  return { value, error: error + unit * (Math.abs(value) + error) + 2 ** -149 };
}

/** A number that float32 has exactly. */
export const exact = (value: number): Bounded => ({ value, error: 0 });

/** A scalar that was rounded to float32. */
export const scalar = (value: number): Bounded => rounded(value, 0);

export const add = (a: Bounded, b: Bounded): Bounded => rounded(a.value + b.value, a.error + b.error);
export const sub = (a: Bounded, b: Bounded): Bounded => rounded(a.value - b.value, a.error + b.error);

export const mul = (a: Bounded, b: Bounded): Bounded =>
  rounded(a.value * b.value, Math.abs(a.value) * b.error + Math.abs(b.value) * a.error + a.error * b.error);

/** Nothing is known when `b` may be 0. */
export function div(a: Bounded, b: Bounded): Bounded {
  if (Math.abs(b.value) <= b.error) return { value: a.value / b.value, error: Infinity };
  const quotient = a.value / b.value;
  return rounded(quotient, (a.error + Math.abs(quotient) * b.error) / (Math.abs(b.value) - b.error));
}

/** |sqrt(x + e) - sqrt(x)| <= min(e / sqrt(x), sqrt(e)). */
export function sqrt(a: Bounded): Bounded {
  const root = Math.sqrt(a.value);
  return rounded(root, root > 0 ? Math.min(a.error / root, Math.sqrt(a.error)) : Math.sqrt(a.error));
}

export const abs = (a: Bounded): Bounded => ({ value: Math.abs(a.value), error: a.error });
