import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auc, calibrationRatio, logLoss, logLossFromLogits, normalizedEntropy } from '../src/index';
import { close } from './close';
import { columns, countedRows } from './rows';

// Planted bug that this fails for: labels that swap sides for negative logits.
test('logits and probabilities give one log loss', () => {
  fc.assert(
    fc.property(countedRows, (drawn) => {
      const { labels, scores, weights } = columns(drawn);
      const logits = scores.map((score) => 16 * score - 8);
      const probabilities = logits.map((z) => 1 / (1 + Math.exp(-z)));
      close(
        logLossFromLogits({ labels, scores: logits, weights }),
        logLoss({ labels, scores: probabilities, weights }),
      );
    }),
  );
});

test('far logits keep their loss, where probabilities are clipped', () => {
  const labels = Float64Array.of(1, 0);
  expect(logLossFromLogits({ labels, scores: Float64Array.of(-800, 800) })).toBe(800);
  expect(logLoss({ labels, scores: Float64Array.of(0, 1) })).toBeCloseTo(52 * Math.LN2, 10);
});

test('the average rate has normalized entropy 1 and calibration ratio 1, weighted too', () => {
  const labels = Float64Array.of(0, 0, 1);
  const weights = Float64Array.of(1, 2, 1);
  const scores = new Float64Array(3).fill(0.25);
  expect(normalizedEntropy({ labels, scores, weights })).toBeCloseTo(1, 12);
  expect(calibrationRatio({ labels, scores, weights })).toBe(1);
});

// Planted bug that this fails for: a sort that is wrong for negative numbers.
test('a rising function of the scores changes no AUC', () => {
  fc.assert(
    fc.property(countedRows, (drawn) => {
      const { labels, scores, weights } = columns(drawn);
      const moved = scores.map((score) => (score - 0.4) ** 3 * 1e3);
      expect(auc({ labels, scores: moved, weights })).toBe(auc({ labels, scores, weights }));
    }),
  );
});
