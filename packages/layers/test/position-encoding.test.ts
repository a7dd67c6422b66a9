import { ROUNDOFF } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import { PositionEncoding, placeLayer, weightsByPath } from '../src/index';
import { expectOracle, placed } from './layer-check';

// Planted bugs that this fails for: rows shifted by one, the last row for every position outside, a table that takes no gradient.
test('gives the row of each position, and zeros outside of the table', () => {
  const positions = [0, 2, 3, 1, 2, -1];
  const inputs = [{ shape: [2, 3], values: Float32Array.from(positions) }];
  const layer = placed(new PositionEncoding({ numPositions: 3, size: 2 }), inputs, 1);
  const exact = (given: Readonly<Record<string, ArrayLike<number>>>): number[] =>
    positions.flatMap((n) => [0, 1].map((d) => (n >= 0 && n < 3 ? given['layer/table'][n * 2 + d] : 0)));
  expectOracle(layer, inputs, { exact, bound: ROUNDOFF, numDifferentiated: 0 });
});

test('begins as sines and cosines of wavelengths from 2 pi to 20,000 pi', () => {
  const layer = new PositionEncoding({ numPositions: 4, size: 5 });
  placeLayer(layer, 'positions', 1);
  layer.build();
  const [{ path, weight }] = weightsByPath(layer, 'positions');
  expect(path).toBe('positions/table');
  const table = weight.read().dataSync();
  for (let n = 0; n < 4; n++) {
    const rates = [1, 10_000 ** -0.4, 10_000 ** -0.8];
    const exact = rates.flatMap((rate) => [Math.sin(n * rate), Math.cos(n * rate)]).slice(0, 5);
    exact.forEach((value, i) => {
      expect(Math.abs(table[n * 5 + i] - value)).toBeLessThanOrEqual(ROUNDOFF);
    });
  }
});

test('bad sizes are refused', () => {
  expect(() => new PositionEncoding({ numPositions: 0, size: 2 })).toThrow('PositionEncoding: expected an integer >= 1 for numPositions'); // prettier-ignore
  expect(() => new PositionEncoding({ numPositions: 2, size: 0 })).toThrow('for size, got 0');
});
