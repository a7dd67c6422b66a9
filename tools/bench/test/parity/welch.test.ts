import { describe, expect, it } from 'vitest';
import { momentsOf, pairedLowerBound, studentQuantile, welchLowerBound } from '../../src/parity/welch';

describe('studentQuantile', () => {
  // Tables of Student's distribution, one-sided 0.95 and 0.975; with one degree of freedom it is tan(pi (p - 1/2)), with two 2 (p - 1/2) sqrt(2 / (1 - (2p - 1)^2)).
  it.each([
    [0.95, 1, Math.tan(0.45 * Math.PI)],
    [0.95, 2, 0.9 * Math.sqrt(2 / (1 - 0.81))],
    [0.95, 4, 2.1318468],
    [0.95, 8, 1.859548],
    [0.95, 30, 1.6972609],
    [0.975, 8, 2.3060041],
    [0.975, 120, 1.9799304],
  ])('of %f with %d degrees of freedom', (p, nu, expected) => {
    expect(studentQuantile(p, nu)).toBeCloseTo(expected, 6);
  });

  it('lies between those of its neighbours where the degrees are no whole number', () => {
    const value = studentQuantile(0.95, 7.5);
    expect(value).toBeLessThan(studentQuantile(0.95, 7));
    expect(value).toBeGreaterThan(studentQuantile(0.95, 8));
  });
});

describe('welchLowerBound', () => {
  // s^2 = 2.5 on both sides, so the error is sqrt(2.5 / 5 + 2.5 / 5) = 1 with 8 degrees of freedom.
  it('of two samples of one spread', () => {
    const bound = welchLowerBound([1, 2, 3, 4, 5], [2, 3, 4, 5, 6]);
    expect(bound.difference).toBeCloseTo(-1, 12);
    expect(bound.degreesOfFreedom).toBeCloseTo(8, 12);
    expect(bound.lowerBound).toBeCloseTo(-1 - 1.859548, 6);
  });

  // (4/4 + 1/2)^2 / ((4/4)^2 / 3 + (1/2)^2 / 1) = 2.25 / (1/3 + 1/4) = 27/7.
  it('of two samples of different spread and size', () => {
    const a = [-Math.sqrt(3), Math.sqrt(3), -Math.sqrt(3), Math.sqrt(3)]; // s^2 = 4
    const b = [-Math.SQRT1_2, Math.SQRT1_2]; // s^2 = 1
    const { degreesOfFreedom, lowerBound } = welchLowerBound(a, b);
    expect(degreesOfFreedom).toBeCloseTo(27 / 7, 12);
    expect(lowerBound).toBeCloseTo(-studentQuantile(0.95, 27 / 7) * Math.sqrt(1.5), 9);
  });

  it('says nothing with one value, and all where nothing varies', () => {
    expect(welchLowerBound([0.7], [0.6, 0.8]).lowerBound).toBeNaN();
    expect(welchLowerBound([0.7, 0.7], [0.5, 0.5]).lowerBound).toBeCloseTo(0.2, 12);
    expect(() => momentsOf([])).toThrow(/expected one value or more/);
  });
});

describe('pairedLowerBound', () => {
  // Differences 1, 0, 1, 0, 1: mean 0.6, s^2 = 0.3, error sqrt(0.3 / 5), and 2.1318468 of it with 4 degrees of freedom.
  it('is of the differences, however far the pairs are apart', () => {
    const ours = [101, 2, 53, 4, -5];
    const theirs = [100, 2, 52, 4, -6];
    expect(pairedLowerBound(ours, theirs)).toBeCloseTo(0.6 - 2.1318468 * Math.sqrt(0.06), 6);
    expect(pairedLowerBound([1, 2], [0, 1])).toBeCloseTo(1, 12);
    expect(pairedLowerBound([1], [0])).toBeNaN();
  });
});
