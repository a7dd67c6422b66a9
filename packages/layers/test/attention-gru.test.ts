import { exactGRU } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AttentionGRU, GRU, attentionGRUKinds } from '../src/index';
import { expectOracle, outputOf, placed, recurrentBound } from './layer-check';
import type { Input, Named } from './layer-check';
import { rowsOf } from './numbers';
import { sequenceCases, sequencesOf, withGarbage } from './recurrent';

const hasTwoSteps = (mask: Input, T: number): boolean =>
  rowsOf(mask.values, T).some((row) => row.filter((real) => real === 1).length > 1);

// Planted bugs that this fails for: a score on the reset gate or on the state, 1 - a for a, `agru` that keeps an update gate, a raised gate without mask, a reset gate on the wrong side.
test.each(attentionGRUKinds.flatMap((kind) => [true, false].map((resetAfter) => ({ kind, resetAfter }))))(
  '$kind, resetAfter $resetAfter, follows the float64 oracle, and so do the gradients of weights, sequence and scores',
  ({ kind, resetAfter }) => {
    fc.assert(
      fc.property(sequenceCases, fc.boolean(), ({ T, D, H, sequence, scores, mask }, returnSequences) => {
        fc.pre(hasTwoSteps(mask, T));
        const inputs = [sequence, scores, mask];
        const layer = placed(new AttentionGRU({ units: H, kind, returnSequences, resetAfter }), inputs, 0.25);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, D).flatMap((entries, b) => {
            const options = {
              ...{ path: 'layer', kind, resetAfter },
              scores: rowsOf(given.input_1, T)[b],
              mask: rowsOf(mask.values, T)[b],
            };
            const states = exactGRU(entries, given, options);
            return returnSequences ? states.flat() : (states.at(-1) ?? []);
          });
        expectOracle(layer, inputs, { exact, bound: recurrentBound(T, D, H), numDifferentiated: 2 });
        layer.dispose();
      }),
      { numRuns: 15, seed: 1 },
    );
  },
);

test.each([
  ['augru', 1],
  ['aigru', 1],
  ['augru-raised', 0],
] as const)('%s with scores of %d is a GRU, bit by bit', (kind, score) => {
  fc.assert(
    fc.property(sequenceCases, fc.boolean(), ({ B, T, H, sequence, mask }, resetAfter) => {
      const same = { shape: [B, T], values: new Float32Array(B * T).fill(score) };
      const attention = placed(new AttentionGRU({ units: H, kind, resetAfter }), [sequence, same, mask], 0.25);
      const gru = placed(new GRU({ units: H, resetAfter }), [sequence, mask], 0.25);
      expect(outputOf(attention, [sequence, same, mask])).toEqual(outputOf(gru, [sequence, mask]));
      attention.dispose();
      gru.dispose();
    }),
    { numRuns: 15, seed: 2 },
  );
});

// Planted bug that this fails for: a mask that is forgotten when scores come.
test.each(attentionGRUKinds)('%s: padding has no influence, whatever it holds', (kind) => {
  fc.assert(
    fc.property(sequenceCases, (drawn) => {
      const { H, sequence, scores, mask } = drawn;
      const layer = placed(new AttentionGRU({ units: H, kind }), [sequence, scores, mask], 0.25);
      const scored = { ...scores, values: scores.values.map((a, i) => (mask.values[i] === 0 ? 9 : a)) };
      expect(outputOf(layer, [withGarbage(drawn, 7), scored, mask])).toEqual(outputOf(layer, [sequence, scores, mask]));
      layer.dispose();
    }),
    { numRuns: 15, seed: 3 },
  );
});

test('a score of 0 keeps the state of agru and augru', () => {
  const sequence = { shape: [1, 2, 1], values: Float32Array.of(1, 2) };
  const mask = { shape: [1, 2], values: Float32Array.of(1, 1) };
  for (const kind of ['agru', 'augru'] as const) {
    const layer = placed(new AttentionGRU({ units: 2, kind, returnSequences: true }), [sequence, mask, mask], 0.5);
    const [first, second] = rowsOf(outputOf(layer, [sequence, { shape: [1, 2], values: Float32Array.of(0.5, 0) }, mask]), 2); // prettier-ignore
    expect(second).toEqual(first);
    expect(first[0]).not.toBe(0);
  }
});

test('bad options are refused, and scores are not optional', () => {
  expect(() => new AttentionGRU({ units: 2, kind: 'augur' as never })).toThrow('did you mean "augru"?');
  expect(() => new AttentionGRU({ units: 1.5 })).toThrow('AttentionGRU: expected an integer >= 1 for units, got 1.5');
  const sequence = { shape: [1, 2, 1], values: Float32Array.of(1, 2) };
  const mask = { shape: [1, 2], values: Float32Array.of(1, 1) };
  expect(() => placed(new AttentionGRU({ units: 2 }), [sequence, mask], 1)).toThrow(/a sequence and 2 to 2 inputs/);
});
