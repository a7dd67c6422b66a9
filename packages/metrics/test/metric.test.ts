import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allMetrics, auc, averagePrecision, binaryMetrics, classMetrics, groupAuc, isBetterMetric, metricGoal, numberMetrics } from '../src/index'; // prettier-ignore

const value = (name: string, from: readonly { readonly name: string; of: (scores: never) => number | undefined }[], scores: object): number | undefined =>
  from.find((metric) => metric.name === name)?.of(scores as never); // prettier-ignore

const rows = fc.array(fc.record({ y: fc.integer({ min: -40, max: 40 }), error: fc.integer({ min: -20, max: 20 }), weight: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 12 }); // prettier-ignore

test('metrics of numbers are their formulas; a weight is as many copies of the row', () => {
  fc.assert(
    fc.property(rows, (drawn) => {
      const copies = drawn.flatMap((row) => Array.from({ length: row.weight }, () => row));
      const mean = (of: (row: (typeof drawn)[number]) => number): number =>
        copies.reduce((sum, row) => sum + of(row), 0) / copies.length;
      const scores = {
        values: Float32Array.from(drawn, ({ y }) => y),
        predictions: Float64Array.from(drawn, ({ y, error }) => y + error),
        weights: Float32Array.from(drawn, ({ weight }) => weight),
      };
      expect(value('rmse', numberMetrics, scores)).toBeCloseTo(Math.sqrt(mean(({ error }) => error ** 2)), 10);
      expect(value('mae', numberMetrics, scores)).toBeCloseTo(
        mean(({ error }) => Math.abs(error)),
        10,
      );
      const [predicted, real] = [mean(({ y, error }) => y + error), mean(({ y }) => y)];
      if (Math.abs(real) > 0.1) expect(value('calibration', numberMetrics, scores)).toBeCloseTo(predicted / real, 10);
    }),
  );
});

test('metrics of classes are their formulas', () => {
  const scores = {
    classes: Float32Array.of(0, 2, 1),
    numClasses: 3,
    probabilities: Float64Array.of(0.7, 0.2, 0.1, 0.5, 0.3, 0.2, 0, 1, 0),
    weights: Float32Array.of(1, 2, 1),
  };
  expect(value('logLoss', classMetrics, scores)).toBeCloseTo(-(Math.log(0.7) + 2 * Math.log(0.2)) / 4, 12);
  expect(value('accuracy', classMetrics, scores)).toBeCloseTo(2 / 4, 12);
});

test('a target that no row has, or rows of weight 0 only, has no metric of numbers or classes', () => {
  const none = { values: new Float32Array(), predictions: new Float64Array() };
  const weightless = { values: Float32Array.of(1), predictions: Float64Array.of(2), weights: Float32Array.of(0) };
  for (const metric of numberMetrics) expect([metric.of(none), metric.of(weightless)]).toEqual([undefined, undefined]);
  const classes = { classes: new Float32Array(), numClasses: 2, probabilities: new Float64Array() };
  for (const metric of classMetrics) expect(metric.of(classes)).toBeUndefined();
});

test('metrics of a binary target are those of the functions, of rows that have a group where groups count', () => {
  const labels = Float32Array.of(1, 0, 0, 1, 0, 1);
  const logits = Float32Array.of(0.5, -1, 2, 1, 0, -3);
  const scores = { labels, logits, probabilities: Float64Array.from(logits, (z) => 1 / (1 + Math.exp(-z))) };
  expect(value('auc', binaryMetrics, scores)).toBe(auc({ labels, scores: logits }));
  expect(value('prAuc', binaryMetrics, scores)).toBe(averagePrecision({ labels, scores: logits }));
  expect(value('gauc', binaryMetrics, scores)).toBeUndefined();
  const groups = Float64Array.of(1, 1, 2, 2, NaN, NaN);
  const some = { labels: labels.subarray(0, 4), scores: logits.subarray(0, 4), groups: groups.subarray(0, 4) };
  expect(value('gauc', binaryMetrics, { ...scores, groups })).toBe(groupAuc(some));
});

test('every metric has one direction, also by the name of its target and where a user adds it', () => {
  for (const { name, better } of allMetrics) {
    expect(metricGoal(name)).toBe(better);
    expect(metricGoal(`purchase.${name}`)).toBe(better);
  }
  const recall = { name: 'recall', kind: 'binary', better: 'maximize', of: () => 1 } as const;
  expect(metricGoal('click.recall', [recall])).toBe('maximize');
  expect(isBetterMetric(metricGoal('spend.rmse'), 1, 2)).toBe(true);
});
