import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrationRatio, classification, expectedCalibrationError, precisionRecallCurve, rocCurve } from '../src/index'; // prettier-ignore
import { close } from './close';
import { columns, rowsWith } from './rows';

const fractions = rowsWith(fc.integer({ min: 0, max: 3000 }).map((weight) => weight / 1000));

// Fails for: observed over predicted, weights left out of either sum.
test('the calibration ratio is predicted over observed clicks', () => {
  fc.assert(
    fc.property(fractions, (drawn) => {
      const { labels, scores, weights } = columns(drawn);
      let [predicted, observed] = [0, 0];
      for (let row = 0; row < labels.length; row++) {
        predicted += weights[row] * scores[row];
        observed += weights[row] * labels[row];
      }
      close(calibrationRatio({ labels, scores, weights }), predicted / observed);
    }),
  );
  const twice = { labels: Float64Array.of(1, 0, 0, 0), scores: new Float64Array(4).fill(0.5) };
  expect(calibrationRatio(twice)).toBe(2); // predicts twice as many as there are
});

// Fails for: bins that count alike whatever they weigh, another default number of bins, the error squared or signed.
test('the expected calibration error is the weighted mean over ten bins', () => {
  fc.assert(
    fc.property(fractions, fc.constantFrom(undefined, 3, 10), (drawn, numBins) => {
      const { labels, scores, weights } = columns(drawn);
      let [error, total] = [0, 0];
      for (let bin = 0; bin < (numBins ?? 10); bin++) {
        let [weight, gap] = [0, 0];
        for (let row = 0; row < labels.length; row++) {
          const own = scores[row] === 1 ? (numBins ?? 10) - 1 : Math.floor(scores[row] * (numBins ?? 10));
          if (own !== bin) continue;
          weight += weights[row];
          gap += weights[row] * (scores[row] - labels[row]);
        }
        error += Math.abs(gap);
        total += weight;
      }
      close(expectedCalibrationError({ labels, scores, weights }, numBins), error / total);
    }),
  );
});

// Fails for: the last point thinned away, so that a curve does not end where everything is predicted positive; points between those that there are.
test('a thinned curve has points of the whole one, in order, its last point among them', () => {
  fc.assert(
    fc.property(fractions, fc.integer({ min: 1, max: 12 }), (drawn, maxPoints) => {
      const rows = columns(drawn);
      for (const curveOf of [rocCurve, precisionRecallCurve]) {
        const [whole, thin] = [curveOf(rows, Infinity), curveOf(rows, maxPoints)];
        const begin = curveOf === rocCurve ? 1 : 0; // the origin is not counted
        expect(thin.x.length).toBe(Math.min(whole.x.length, maxPoints + begin));
        expect([thin.x.at(-1), thin.y.at(-1)]).toEqual([whole.x.at(-1), whole.y.at(-1)]);
        expect(thin.x.at(-1)).toBeCloseTo(1, 12);
        let at = -1;
        thin.x.forEach((x, i) => {
          at = whole.x.findIndex((other, j) => j > at && other === x && whole.y[j] === thin.y[i]);
          expect(at).toBeGreaterThanOrEqual(0);
        });
      }
    }),
  );
});

test('of thresholds with the same F1 the highest is taken', () => {
  const scored = { labels: Float64Array.of(1, 0, 0, 1), scores: Float64Array.of(0.9, 0.8, 0.7, 0.6) };
  expect(classification(scored)).toEqual({ threshold: 0.9, precision: 1, recall: 0.5, f1: 2 / 3 }); // as is 4 / 6 at 0.6
});
