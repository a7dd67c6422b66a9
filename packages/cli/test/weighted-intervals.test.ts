import { auc } from '@ctrflow/metrics';
import type { ScoredRows } from '@ctrflow/training';
import { expect, test } from 'vitest';
import { intervalOf } from '../src/steps/auc-interval';
import { pairedDifferences } from '../src/steps/paired-differences';
import type { Trained } from '../src/steps/train-model';

const labels = Float32Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? 1 : 0));
const weights = Float32Array.from({ length: 60 }, (_, i) => 1 + (i % 7));
const scored = (shift: number): ScoredRows => {
  const logits = Float32Array.from({ length: 60 }, (_, i) => ((i * shift) % 23) / 10 + labels[i]);
  return { labels, logits, probabilities: Float64Array.from(logits, (z) => 1 / (1 + Math.exp(-z))), weights };
};
const weighted = ({ logits }: ScoredRows): number => auc({ labels, scores: logits, weights });

// Planted bug that this fails for: intervals of unweighted rows beside metrics of weighted ones.
test('intervals are of the weighted AUC, and do not shrink when all weights grow', () => {
  const rows = scored(5);
  const interval = intervalOf(rows);
  expect(interval.auc).toBeCloseTo(weighted(rows), 12);
  expect(intervalOf({ ...rows, weights: weights.map((weight) => 128 * weight) })).toEqual(interval);
  expect(intervalOf({ ...rows, weights: new Float32Array(60).fill(3) }).auc).not.toBe(interval.auc);
});

test('differences are of the weighted AUCs', () => {
  const [one, other] = [scored(5), scored(11)];
  const trained = [one, other].map((rows, i) => ({ summary: { model: `m${i}` }, scored: rows }) as unknown as Trained);
  const [{ difference, low, high, model, minus }] = pairedDifferences(trained);
  expect([model, minus]).toEqual(['m1', 'm0']);
  expect(difference).toBeCloseTo(weighted(other) - weighted(one), 12);
  const heavier = trained.map((run) => ({
    ...run,
    scored: { ...run.scored!, weights: weights.map((weight) => 128 * weight) },
  }));
  expect(pairedDifferences(heavier)[0].high - pairedDifferences(heavier)[0].low).toBeCloseTo(high - low, 12);
});
