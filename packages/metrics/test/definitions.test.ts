import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aucDifference, aucInterval, auc, groupAuc, lift, rankingMetrics, reliabilityBins } from '../src/index';
import { close, numbersOf } from './close';
import { columns, countedRows, rowsWith } from './rows';
import type { Rows } from './rows';

const fractions = rowsWith(fc.integer({ min: 0, max: 3000 }).map((weight) => weight / 1000));

/** Structural components of the rows of a label, over all pairs. */
function componentsOf(
  label: number,
  { labels, weights }: Rows,
  scores: Float64Array,
): { values: number[]; weights: number[] } {
  const rows = [...labels.keys()].filter((row) => weights[row] > 0);
  const mine = rows.filter((row) => labels[row] === label);
  const theirs = rows.filter((row) => labels[row] !== label);
  const total = theirs.reduce((sum, row) => sum + weights[row], 0);
  const right = (a: number, b: number): number => {
    const difference = label === 1 ? scores[a] - scores[b] : scores[b] - scores[a];
    return difference > 0 ? 1 : difference === 0 ? 0.5 : 0;
  };
  return {
    values: mine.map((a) => theirs.reduce((sum, b) => sum + weights[b] * right(a, b), 0) / total),
    weights: mine.map((row) => weights[row]),
  };
}

const mean = (values: readonly number[], weights: readonly number[]): number =>
  values.reduce((sum, value, i) => sum + weights[i] * value, 0) / weights.reduce((sum, weight) => sum + weight, 0);

/** Variance of an estimate whose components are given, by the formula of the documentation. */
function variance(values: readonly number[], weights: readonly number[], weightsAre: 'counts' | 'importance'): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const deviations = values.map((value) => value - mean(values, weights));
  const n = values.length;
  return weightsAre === 'counts'
    ? deviations.reduce((sum, d, i) => sum + weights[i] * d * d, 0) / ((total - 1) * total)
    : ((n / (n - 1)) * deviations.reduce((sum, d, i) => sum + (weights[i] * d) ** 2, 0)) / total ** 2;
}

// Planted bugs that this fails for: ties counted whole, n - 1 rows in the place of W - 1, unweighted components.
test.each(['counts', 'importance'] as const)('DeLong over all pairs, weights as %s', (weightsAre) => {
  fc.assert(
    fc.property(fractions, (drawn) => {
      const rows = columns(drawn);
      const { labels, scores, others, weights } = rows;
      const of = (column: Float64Array) => [1, 0].map((label) => componentsOf(label, rows, column));
      const [one, other] = [of(scores), of(others)];
      if (weightsAre === 'importance' && one.some((part) => part.values.length < 2)) return;
      const single = aucInterval({ labels, scores, weights }, { weightsAre });
      close(single.auc, mean(one[0].values, one[0].weights));
      const total = one.reduce((sum, part) => sum + variance(part.values, part.weights, weightsAre), 0);
      close(single.standardError ** 2, total);
      const paired = aucDifference(labels, scores, others, { weights, weightsAre });
      const covariance = (label: number): number => {
        const [a, b] = [one[label], other[label]];
        return variance(a.values.map((value, i) => value - b.values[i]), a.weights, weightsAre); // prettier-ignore
      };
      close(paired.difference, single.auc - auc({ labels, scores: others, weights }));
      close(paired.standardError ** 2, covariance(0) + covariance(1));
    }),
  );
});

// Planted bug that this fails for: W - 1 in the place of n / (n - 1).
test('importance: only ratios of weights count, and equal weights are none', () => {
  fc.assert(
    fc.property(fractions, fc.integer({ min: -20, max: 20 }), (drawn, power) => {
      const { labels, scores, others, weights } = columns(drawn);
      const moved = weights.map((weight) => weight * 2 ** power);
      const by = (column: Float64Array | undefined) => {
        const options = { ...(column && { weights: column }), weightsAre: 'importance' as const };
        return [
          ...numbersOf(aucInterval({ labels, scores, ...options }, { weightsAre: 'importance' })),
          ...numbersOf(aucDifference(labels, scores, others, options)),
        ];
      };
      close(by(moved), by(weights));
      close(by(new Float64Array(labels.length).fill(2 ** power)), by(undefined));
      close(by(undefined).slice(0, 4), numbersOf(aucInterval({ labels, scores })));
    }),
  );
});

test('a class of one row has no interval to speak of', () => {
  const scored = { labels: Float32Array.of(1, 0, 0), scores: Float32Array.of(0.5, 0.4, 0.6) };
  expect(aucInterval(scored)).toEqual({ auc: 0.5, standardError: NaN, low: 0, high: 1 });
  expect(aucDifference(scored.labels, scored.scores, scored.scores)).toMatchObject({ low: -1, high: 1 });
});

// Planted bugs that this fails for: a sort by group that is not stable, a group's rows in two places.
test('groupAuc by its definition', () => {
  fc.assert(
    fc.property(countedRows, (drawn) => {
      const rows = columns(drawn);
      let [total, size] = [0, 0];
      for (const group of new Set(rows.groups)) {
        const mine = columns(drawn.filter((row) => row[4] === group));
        const sum = (label: number): number =>
          mine.weights.reduce((all, weight, i) => all + (mine.labels[i] === label ? weight : 0), 0);
        if (sum(0) === 0 || sum(1) === 0) continue;
        total += (sum(0) + sum(1)) * auc(mine);
        size += sum(0) + sum(1);
      }
      close(groupAuc(rows), total / size);
    }),
  );
});

// Planted bugs that this fails for: positives first among ties, the ideal list not cut at k.
test('rankingMetrics by its definition', () => {
  fc.assert(
    fc.property(countedRows, fc.integer({ min: 1, max: 8 }), (drawn, k) => {
      const sums = { ndcg: 0, hitRate: 0, mrr: 0 };
      let [numGroups, total] = [0, 0];
      for (const group of new Set(drawn.map((row) => row[4]))) {
        const list = drawn.filter((row) => row[4] === group).sort((a, b) => b[1] - a[1] || a[0] - b[0]);
        const weight = list.reduce((sum, row) => sum + row[3], 0) / list.length;
        const positives = list.filter(([label]) => label === 1).length;
        if (positives === 0 || weight === 0) continue;
        const discounted = (labels: readonly number[]): number =>
          labels.slice(0, k).reduce((sum, label, i) => sum + label / Math.log2(i + 2), 0);
        const first = list.findIndex(([label]) => label === 1);
        numGroups++;
        total += weight;
        sums.ndcg += (weight * discounted(list.map(([label]) => label))) / discounted(Array<number>(positives).fill(1));
        sums.hitRate += weight * Number(first < k);
        sums.mrr += first < k ? weight / (first + 1) : 0;
      }
      const { numGroups: counted, ndcg, hitRate, mrr } = rankingMetrics(columns(drawn), k);
      expect(counted).toBe(numGroups);
      close([ndcg, hitRate, mrr], [sums.ndcg / total, sums.hitRate / total, sums.mrr / total]);
    }),
  );
});

test('group AUC weighs groups by their rows and skips groups of one class', () => {
  const labels = Float32Array.of(0, 1, 1, 0, 1, 1);
  const scores = Float32Array.of(0.1, 0.9, 0.2, 0.8, 0.5, 0.5);
  const groups = Int32Array.of(1, 1, 2, 2, 3, 3);
  expect(groupAuc({ labels, scores, groups })).toBe(0.5); // (2 * 1 + 2 * 0) / 4
});

test('lift: rows of equal score share their rate', () => {
  const labels = Float32Array.of(1, 0, 1, 0, 0, 0);
  const scores = Float32Array.of(0.9, 0.5, 0.5, 0.5, 0.5, 0.1);
  expect(lift({ labels, scores }, 1 / 6)).toBeCloseTo(3, 12); // one row of rate 1, over 1/3
  expect(lift({ labels, scores }, 0.5)).toBeCloseTo(1.5, 12); // the first and half of the four: 1.5 of 3, over 1/3
  expect(lift({ labels, scores }, 1)).toBeCloseTo(1, 12);
});

test('bins of equal width: 1 is in the last bin, an edge in the upper one; of equal weight: in order', () => {
  const labels = Float64Array.of(0, 0, 1, 1);
  const scores = Float64Array.of(0, 0.25, 0.5, 1);
  expect(reliabilityBins({ labels, scores }, 2)).toEqual([
    { predicted: 0.125, observed: 0, weight: 2 },
    { predicted: 0.75, observed: 1, weight: 2 },
  ]);
  expect(reliabilityBins({ labels, scores, weights: Float64Array.of(3, 1, 1, 1) }, 2, 'count')).toEqual([
    { predicted: 0, observed: 0, weight: 3 },
    { predicted: (0.25 + 0.5 + 1) / 3, observed: 2 / 3, weight: 3 },
  ]);
  const ties = Float64Array.of(0.25, 0.5, 0.5, 0.5); // the middle of the three is at 5/8
  expect(reliabilityBins({ labels, scores: ties }, 2, 'count')).toEqual([
    { predicted: 0.25, observed: 0, weight: 1 },
    { predicted: 0.5, observed: 2 / 3, weight: 3 },
  ]);
});
