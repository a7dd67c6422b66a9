import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ascending } from '../src/order';

/** Every bit pattern but NaN: numbers of any size, -0, infinities, subnormals, and few of them so that there are ties. */
const columns = fc
  .oneof(
    fc.array(fc.double({ noNaN: true }), { maxLength: 40 }),
    fc.array(
      fc.constantFrom(-Infinity, -1 - 2 ** -51, -1 - 2 ** -52, -1, -0, 0, 5e-324, 1e-45, 1, 1 + 2 ** -52, Infinity),
      { maxLength: 40 },
    ),
  )
  .chain((values) => fc.constantFrom(Float64Array.from(values), Float32Array.from(values)));

// Planted bugs that this fails for: the sign bit not flipped, -0 below 0, a sort that is not stable, the low word left out for float64.
test('rows by score, equal ones in row order, and where each run starts', () => {
  fc.assert(
    fc.property(columns, (scores) => {
      const { order, runs } = ascending(scores);
      const wanted = [...scores.keys()].sort((a, b) =>
        scores[a] === scores[b] ? a - b : scores[a] < scores[b] ? -1 : 1,
      );
      expect([...order]).toEqual(wanted);
      const starts = wanted.filter((row, i) => i === 0 || scores[row] !== scores[wanted[i - 1]]);
      expect([...runs]).toEqual([...starts.map((row) => wanted.indexOf(row)), scores.length]);
    }),
    { numRuns: 500 },
  );
});
