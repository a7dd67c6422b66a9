import fc from 'fast-check';
import type { TableOptimizer } from '../src/index';

const decay = fc.constantFrom(0, 0.01, 0.125);

/** An optimizer with some of its options. */
export const anyOptimizer: fc.Arbitrary<TableOptimizer> = fc.oneof(
  fc.record({ kind: fc.constant('sgd' as const), l2: decay }),
  fc.record({
    kind: fc.constantFrom('adagrad' as const, 'rowwise-adagrad' as const),
    l2: decay,
    initialAccumulator: fc.constantFrom(0, 0.1),
  }),
  fc.record({
    kind: fc.constantFrom('lazy-adam' as const, 'dense-adam' as const),
    l2: decay,
    beta1: fc.constantFrom(0, 0.9),
  }),
  fc.record({ kind: fc.constant('ftrl' as const), l1: fc.constantFrom(0, 0.5), l2: decay }),
);

/** Lookups of some steps in a table of `numRows` rows, with gradients that are multiples of 1/16 below 2 in size: their sums are exact in float32. */
export const someSteps = (numRows: number, dim: number): fc.Arbitrary<readonly StepInput[]> =>
  fc.array(
    fc
      .array(
        fc.tuple(
          fc.integer({ min: 0, max: numRows - 1 }),
          fc.array(fc.integer({ min: -31, max: 31 }), { minLength: dim, maxLength: dim }),
        ),
        { maxLength: 12 },
      )
      .map((lookups) => ({
        rows: Int32Array.from(lookups, ([row]) => row),
        gradients: Float32Array.from(lookups.flatMap(([, gradient]) => gradient.map((g) => g / 16))),
      })),
    { minLength: 1, maxLength: 5 },
  );

/** What one step looks up, and the gradients that come back. */
export interface StepInput {
  readonly rows: Int32Array;
  readonly gradients: Float32Array;
}
