import { exactLSTM } from '@ctrflow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BidirectionalLSTM, LSTM } from '../src/index';
import { expectOracle, outputOf, placed, recurrentBound } from './layer-check';
import type { Input, Named } from './layer-check';
import { rowsOf } from './numbers';
import { sequenceCases, sequencesOf, withGarbage } from './recurrent';

const hasTwoSteps = (mask: Input, T: number): boolean =>
  rowsOf(mask.values, T).some((row) => row.filter((real) => real === 1).length > 1);

describe('LSTM', () => {
  // Planted bugs that this fails for: gates in another order, tanh of the new state left out, a direction that starts at the wrong end.
  test('follows the float64 oracle from both ends, and so do its gradients', () => {
    const choices = fc.record({ returnSequences: fc.boolean(), backwards: fc.boolean(), masked: fc.boolean() });
    fc.assert(
      fc.property(sequenceCases, choices, ({ T, D, H, sequence, mask }, { masked, ...options }) => {
        fc.pre(T > 1 && (!masked || hasTwoSteps(mask, T)));
        const inputs = masked ? [sequence, mask] : [sequence];
        const layer = placed(new LSTM({ units: H, ...options }), inputs, 0.25);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, D).flatMap((entries, b) => {
            const real = masked ? { mask: rowsOf(mask.values, T)[b] } : {};
            const states = exactLSTM(entries, given, { path: 'layer', backwards: options.backwards, ...real });
            return options.returnSequences ? states.flat() : (states.at(options.backwards ? 0 : -1) ?? []);
          });
        expectOracle(layer, inputs, { exact, bound: recurrentBound(T, D, H), numDifferentiated: 1 });
        layer.dispose();
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  // Planted bug that this fails for: a cell that forgets over padding.
  test('padding has no influence, whatever it holds; an empty sequence gives 0', () => {
    fc.assert(
      fc.property(sequenceCases, fc.boolean(), (drawn, backwards) => {
        const { B, T, H, sequence, mask } = drawn;
        const layer = placed(new LSTM({ units: H, backwards }), [sequence, mask], 0.25);
        expect(outputOf(layer, [withGarbage(drawn, 7), mask])).toEqual(outputOf(layer, [sequence, mask]));
        const none = { shape: [B, T], values: new Float32Array(B * T) };
        expect(outputOf(layer, [sequence, none])).toEqual(new Float32Array(B * H));
        layer.dispose();
      }),
      { numRuns: 20, seed: 2 },
    );
  });

  test('counts 4H (D + H + 1) weights; bad options are refused', () => {
    const layer = new LSTM({ units: 5 });
    layer.build([null, 4, 3]);
    expect(layer.weights.reduce((total, weight) => total + weight.read().size, 0)).toBe(4 * 5 * (3 + 5 + 1));
    expect(() => new LSTM({ units: -1 })).toThrow('LSTM: expected an integer >= 1 for units, got -1');
  });
});

describe('BidirectionalLSTM', () => {
  // Planted bugs that this fails for: both directions from one end, states of the backward one in the order of reading, a mean without 1/2.
  test.each(['concat', 'sum', 'mean'] as const)('%s of two float64 oracles, and the gradients', (merge) => {
    fc.assert(
      fc.property(sequenceCases, fc.boolean(), ({ T, D, H, sequence, mask }, returnSequences) => {
        fc.pre(hasTwoSteps(mask, T));
        const inputs = [sequence, mask];
        const layer = placed(new BidirectionalLSTM({ units: H, returnSequences, merge }), inputs, 0.25);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, D).flatMap((entries, b) => {
            const real = rowsOf(mask.values, T)[b];
            const forward = exactLSTM(entries, given, { path: 'layer/forward', mask: real });
            const backward = exactLSTM(entries, given, { path: 'layer/backward', mask: real, backwards: true });
            const merged = (f: number[], r: number[]): number[] => {
              if (merge === 'concat') return [...f, ...r];
              return f.map((value, j) => (value + r[j]) * (merge === 'mean' ? 0.5 : 1));
            };
            if (returnSequences) return forward.flatMap((state, t) => merged(state, backward[t]));
            return merged(forward[T - 1], backward[0]);
          });
        expectOracle(layer, inputs, { exact, bound: 2 * recurrentBound(T, D, H), numDifferentiated: 1 });
        layer.dispose();
      }),
      { numRuns: 12, seed: 1 },
    );
  });

  test('refuses another way to merge', () => {
    expect(() => new BidirectionalLSTM({ units: 2, merge: 'average' as never })).toThrow(
      'BidirectionalLSTM: expected one of',
    );
  });
});
