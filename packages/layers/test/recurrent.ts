import fc from 'fast-check';
import type { Input } from './layer-check';
import { numbers, rowsOf } from './numbers';

/** A batch of sequences with holes anywhere. */
export interface SequenceCase {
  readonly B: number;
  readonly T: number;
  readonly D: number;
  readonly H: number;
  readonly sequence: Input;
  /** In (0, 1]. */
  readonly scores: Input;
  readonly mask: Input;
}

/** Small sequences; the mask has holes at both ends and between, and may be empty. */
export const sequenceCases: fc.Arbitrary<SequenceCase> = fc
  .record({
    B: fc.integer({ min: 1, max: 3 }),
    T: fc.integer({ min: 1, max: 5 }),
    D: fc.integer({ min: 1, max: 3 }),
    H: fc.integer({ min: 1, max: 4 }),
  })
  .chain(({ B, T, D, H }) =>
    fc.array(fc.constantFrom(0, 1, 1), { minLength: B * T, maxLength: B * T }).map((mask) => ({
      ...{ B, T, D, H },
      sequence: { shape: [B, T, D], values: numbers('sequence', B * T * D) },
      scores: { shape: [B, T], values: numbers('scores', B * T).map((x) => (x + 1.1) / 2.1) },
      mask: { shape: [B, T], values: Float32Array.from(mask) },
    })),
  );

/** `[B][T][D]` of flat numbers. */
export function sequencesOf(values: ArrayLike<number>, T: number, D: number): number[][][] {
  return rowsOf(values, T * D).map((row) => rowsOf(row, D));
}

/** The sequence with `garbage` wherever the mask is 0. */
export function withGarbage({ sequence, mask, D }: SequenceCase, garbage: number): Input {
  const values = sequence.values.map((x, i) => (mask.values[Math.floor(i / D)] === 0 ? garbage * (i + 1) : x));
  return { shape: sequence.shape, values };
}
