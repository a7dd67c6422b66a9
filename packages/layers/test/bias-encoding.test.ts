import { ROUNDOFF } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BiasEncoding } from '../src/index';
import { expectOracle, placed } from './layer-check';
import type { Named } from './layer-check';
import { numbers } from './numbers';

const sizes = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  S: fc.integer({ min: 1, max: 3 }),
  more: fc.integer({ min: 0, max: 2 }),
  T: fc.integer({ min: 1, max: 3 }),
  M: fc.integer({ min: 1, max: 4 }),
});

// Planted bugs that this fails for: positions along the units, the latest K sessions in place of the first, a weight that is not added, sessions that are not there in a gradient.
test('adds a number for the session, one for the position and one for the unit', () => {
  fc.assert(
    fc.property(sizes, ({ B, S, more, T, M }) => {
      const inputs = [{ shape: [B, S, T, M], values: numbers('x', B * S * T * M) }];
      const layer = placed(new BiasEncoding({ maxSessions: S + more, sessionLength: T, size: M }), inputs, 1);
      const exact = (given: Named): number[] =>
        Array.from(given.input_0, (x, i) => {
          const [k, t, c] = [Math.floor(i / (T * M)) % S, Math.floor(i / M) % T, i % M];
          return x + given['layer/session'][k] + given['layer/position'][t] + given['layer/unit'][c];
        });
      expectOracle(layer, inputs, { exact, bound: 12 * ROUNDOFF, numDifferentiated: 1 });
    }),
    { numRuns: 30, seed: 1 },
  );
});

test('bad sizes and inputs are refused', () => {
  const good = { maxSessions: 2, sessionLength: 3, size: 4 };
  for (const name of ['maxSessions', 'sessionLength', 'size'] as const)
    expect(() => new BiasEncoding({ ...good, [name]: 0 })).toThrow(`BiasEncoding: expected an integer >= 1 for ${name}, got 0`); // prettier-ignore
  for (const shape of [
    [1, 3, 3, 4],
    [1, 2, 2, 4],
    [1, 2, 3, 5],
    [2, 3, 4],
  ]) {
    // prettier-ignore
    const inputs = [{ shape, values: numbers('x', shape.reduce((size, n) => size * n, 1)) }]; // prettier-ignore
    expect(() => placed(new BiasEncoding(good), inputs, 1)).toThrow('layer: expected events [B, 2 at most, 3, 4], got');
  }
});
