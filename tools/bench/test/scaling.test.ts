import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisPlans } from '../src/scaling/axes';
import { expectedTimes } from '../src/scaling/measure-scaling';
import { scalingAxes } from '../src/scaling/scaling';
import { fitPowerLaw } from '../src/statistics';

describe('fitPowerLaw', () => {
  // Planted bug that this fails for: natural logarithm on one axis, decimal on the other.
  it('finds the power law that points lie on', () => {
    const draws = { exponent: fc.double({ min: -3, max: 3, noNaN: true }), factor: fc.double({ min: 0.01, max: 100, noNaN: true }) }; // prettier-ignore
    const xs = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 2, maxLength: 8 });
    fc.assert(
      fc.property(fc.record(draws), xs, ({ exponent, factor }, at) => {
        const found = fitPowerLaw(at.map((x) => [x, factor * x ** exponent] as const));
        expect(found.exponent).toBeCloseTo(exponent, 6);
        expect(Math.log(found.factor)).toBeCloseTo(Math.log(factor), 4);
      }),
    );
  });

  it('is the least squares line: worked by hand', () => {
    // ln y over ln x: (0, 0), (1, 1), (2, 0) has slope 0 and mean 1/3.
    const { exponent, factor } = fitPowerLaw([[1, 1], [Math.E, Math.E], [Math.E ** 2, 1]]); // prettier-ignore
    expect(exponent).toBeCloseTo(0, 12);
    expect(factor).toBeCloseTo(Math.exp(1 / 3), 12);
  });

  it('needs two different x, and values above 0', () => {
    expect(() => fitPowerLaw([[2, 1], [2, 3]])).toThrow(/two or more different x/); // prettier-ignore
    expect(() => fitPowerLaw([[1, 0], [2, 3]])).toThrow(/above 0/); // prettier-ignore
  });
});

describe('expectedTimes', () => {
  it('lays the theory through the middle of what was measured', () => {
    expect(expectedTimes([10, 40], [1, 1])).toEqual([expect.closeTo(20, 9), expect.closeTo(20, 9)]);
    expect(expectedTimes([10, 20], [3, 6])).toEqual([expect.closeTo(10, 9), expect.closeTo(20, 9)]);
  });
});

it.each(scalingAxes)('axis %s has growing values that it varies', (axis) => {
  const { values, quickValues, sizesAt, workload } = axisPlans[axis];
  for (const list of [values, quickValues]) expect(list).toEqual([...new Set(list)].sort((a, b) => a - b));
  for (const name of Object.keys(sizesAt?.(8) ?? {})) expect(workload.sizes).toHaveProperty(name);
});
