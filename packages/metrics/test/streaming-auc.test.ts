import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StreamingAuc, auc } from '../src/index';
import { columns, countedRows, rowsWith } from './rows';

const numBins = fc.integer({ min: 2, max: 30 });

// Planted bug that this fails for: a merge that forgets one of the classes.
test('streams merged in any order count as one', () => {
  fc.assert(
    fc.property(countedRows, numBins, fc.nat(40), fc.boolean(), (drawn, bins, cut, swapped) => {
      const part = (rows: typeof drawn): StreamingAuc => {
        const { labels, scores, weights } = columns(rows);
        const stream = new StreamingAuc(bins);
        stream.add(labels, scores, weights);
        return stream;
      };
      const [one, other] = [part(drawn.slice(0, cut)), part(drawn.slice(cut))];
      const [into, from] = swapped ? [other, one] : [one, other];
      into.merge(from);
      expect(into.bounds).toEqual(part(drawn).bounds);
    }),
  );
});

// Planted bugs that this fails for: half of the ties left out of a bound, an error that is not weighted.
test('the exact AUC is within the stated error, which both ends reach', () => {
  fc.assert(
    fc.property(rowsWith(fc.integer({ min: 0, max: 3000 }).map((weight) => weight / 1000)), numBins, (drawn, bins) => {
      const { labels, scores, weights } = columns(drawn);
      const stream = new StreamingAuc(bins);
      stream.add(labels, scores, weights);
      const binOf = (score: number): number => Math.min(bins - 1, Math.floor(score * bins));
      let [within, positive, negative] = [0, 0, 0];
      labels.forEach((label, i) => {
        if (label === 1) positive += weights[i];
        else negative += weights[i];
        if (label === 1)
          labels.forEach((other, k) => {
            if (other === 0 && binOf(scores[k]) === binOf(scores[i])) within += weights[i] * weights[k];
          });
      });
      const error = within / (2 * positive * negative);
      expect(Math.abs(stream.value - auc({ labels, scores, weights }))).toBeLessThanOrEqual(error + 1e-12);
      const ofBin = (sign: number): Float64Array =>
        scores.map((score, i) => binOf(score) + (sign * (labels[i] - 0.5)) / 4);
      const [low, high] = stream.bounds;
      expect(auc({ labels, scores: ofBin(-1), weights })).toBeCloseTo(low, 12);
      expect(auc({ labels, scores: ofBin(1), weights })).toBeCloseTo(high, 12);
    }),
  );
});

test('what is no probability is refused and nothing is added', () => {
  const stream = new StreamingAuc(4);
  const labels = Float32Array.of(0, 1);
  for (const wrong of [-0.1, 1.5, NaN, Infinity])
    expect(() => {
      stream.add(labels, Float32Array.of(0.5, wrong));
    }).toThrow(/StreamingAuc: expected a .*in row 1, got/);
  expect(stream.value).toBeNaN();
  expect(() => {
    stream.merge(new StreamingAuc(5));
  }).toThrow('StreamingAuc: expected a stream of 4 bins to merge, got 5');
});
