import { exactAttentionPooling, exactSimpleRNN } from '@ctrflow/testkit';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AttentionPooling, SimpleRNN } from '../src/index';
import { expectOracle, outputOf, placed, recurrentBound } from './layer-check';
import type { Named } from './layer-check';
import { rowsOf } from './numbers';
import { sequenceCases, sequencesOf, withGarbage } from './recurrent';

describe('SimpleRNN', () => {
  // Planted bugs that this fails for: a state that is not masked, the recurrent product left out, another activation.
  test('follows the float64 oracle, and so do its gradients', () => {
    const choices = fc.record({ returnSequences: fc.boolean(), masked: fc.boolean() });
    fc.assert(
      fc.property(sequenceCases, choices, ({ T, D, H, sequence, mask }, { masked, returnSequences }) => {
        const events = rowsOf(mask.values, T).map((row) => row.filter((real) => real === 1).length);
        fc.pre(T > 1 && (!masked || Math.max(...events) > 1));
        const inputs = masked ? [sequence, mask] : [sequence];
        const layer = placed(new SimpleRNN({ units: H, returnSequences }), inputs, 0.25);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, D).flatMap((entries, b) => {
            const real = masked ? { mask: rowsOf(mask.values, T)[b] } : {};
            const states = exactSimpleRNN(entries, given, { path: 'layer', ...real });
            return returnSequences ? states.flat() : states[T - 1];
          });
        expectOracle(layer, inputs, { exact, bound: recurrentBound(T, D, H), numDifferentiated: 1 });
        layer.dispose();
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test('padding has no influence, whatever it holds; an empty sequence gives 0', () => {
    fc.assert(
      fc.property(sequenceCases, (drawn) => {
        const { B, T, H, sequence, mask } = drawn;
        const layer = placed(new SimpleRNN({ units: H }), [sequence, mask], 0.25);
        expect(outputOf(layer, [withGarbage(drawn, 7), mask])).toEqual(outputOf(layer, [sequence, mask]));
        const none = { shape: [B, T], values: new Float32Array(B * T) };
        expect(outputOf(layer, [sequence, none])).toEqual(new Float32Array(B * H));
        layer.dispose();
      }),
      { numRuns: 20, seed: 2 },
    );
  });

  test('bad options are refused', () => {
    expect(() => new SimpleRNN({ units: 0 })).toThrow('SimpleRNN: expected an integer >= 1 for units, got 0');
  });
});

describe('AttentionPooling', () => {
  // Planted bugs that this fails for: a softmax over padding, weights that do not sum to 1, no bias in the hidden layer.
  test('follows the float64 oracle, and so do its gradients', () => {
    fc.assert(
      fc.property(sequenceCases, ({ T, D, H, sequence, mask }) => {
        const masks = rowsOf(mask.values, T);
        fc.pre(masks.some((row) => row.filter((real) => real === 1).length > 1)); // else the weights are 1 whatever the states
        const inputs = [sequence, mask];
        const layer = placed(new AttentionPooling({ units: H }), inputs, 0.5);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, D).flatMap((entries, b) => {
            const real = entries.filter((_, t) => masks[b][t] === 1);
            return real.length === 0 ? Array<number>(D).fill(0) : exactAttentionPooling(real, given, 'layer');
          });
        expectOracle(layer, inputs, { exact, bound: recurrentBound(T, D, H), numDifferentiated: 1 });
        layer.dispose();
      }),
      { numRuns: 30, seed: 1 },
    );
  });

  test('equal states are pooled to themselves, and bad options are refused', () => {
    const states = { shape: [1, 3, 2], values: Float32Array.of(1, -2, 1, -2, 1, -2) };
    const mask = { shape: [1, 3], values: Float32Array.of(1, 0, 1) };
    const layer = placed(new AttentionPooling({ units: 2 }), [states, mask], 0.5);
    expect(outputOf(layer, [states, mask])).toEqual(Float32Array.of(1, -2));
    layer.dispose();
    expect(() => new AttentionPooling({ units: 2.5 })).toThrow('AttentionPooling: expected an integer >= 1 for units');
  });
});
