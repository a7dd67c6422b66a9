import { describe, expect, it } from 'vitest';
import { parseProcessorList } from '../src/machine';
import { median, relativeError, summarize } from '../src/statistics';

describe('statistics', () => {
  it('takes the middle of an odd and of an even number of values, in any order', () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([9, 1, 5, 6])).toBe(5.5); // planted: sorting as texts, or one of the two in the middle
    expect(median([10, 9, 100])).toBe(10);
  });

  it('summarizes by the median and the median distance from it', () => {
    // Distances from 4: 3, 2, 0, 1, 96.
    expect(summarize([1, 2, 4, 5, 100])).toEqual({ count: 5, min: 1, median: 4, deviation: 2 });
  });

  it('knows no spread from a single value', () => {
    expect(relativeError(summarize([3]))).toBe(Infinity);
  });

  it('gives the standard error of the median of a normal spread', () => {
    // Quartiles of a standard normal distribution lie at 0.6745, so a deviation of 0.6745 means sigma = 1; sqrt(pi / 2) = 1.2533.
    const error = relativeError({ count: 100, min: 7, median: 10, deviation: 0.67449 });
    expect(error).toBeCloseTo(Math.sqrt(Math.PI / 2) / Math.sqrt(100) / 10, 5);
  });
});

describe('parseProcessorList', () => {
  it('reads single processors and ranges', () => {
    expect(parseProcessorList('0-2,5,8-9\n')).toEqual([0, 1, 2, 5, 8, 9]);
    expect(parseProcessorList('3')).toEqual([3]);
  });
});
