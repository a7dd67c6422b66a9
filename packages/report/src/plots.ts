import * as Plot from '@observablehq/plot';
import type { ReliabilityBin } from '@ctrflow/metrics';
import { SIZE, draw, shortened } from './draw';

/** A curve by name. */
export interface NamedCurve {
  readonly name: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Loss of training and validation, or AUC of validation, by epoch. */
export function learningPlot(
  history: readonly {
    readonly epoch: number;
    readonly trainLoss: number;
    readonly validLoss?: number | undefined;
    readonly auc?: number | undefined;
  }[],
  what: 'loss' | 'auc',
  bestEpoch: number,
  loss = 'log loss',
): string {
  const points = history.flatMap(({ epoch, trainLoss, validLoss, auc }) =>
    what === 'auc' ? [{ epoch, part: 'validation', value: auc }] : [{ epoch, part: 'training', value: trainLoss }, { epoch, part: 'validation', value: validLoss }],
  ).filter(({ value }) => value !== undefined); // prettier-ignore
  const channels = { x: 'epoch', y: 'value', stroke: 'part', z: 'part' };
  return draw({
    x: epochAxis(history.map(({ epoch }) => epoch)),
    y: { label: what === 'auc' ? 'AUC' : loss, grid: true, nice: true },
    color: { legend: new Set(points.map(({ part }) => part)).size > 1, domain: ['training', 'validation'] },
    marks: [
      Plot.ruleX([bestEpoch], { stroke: 'var(--faint)', strokeDasharray: '4 3' }),
      Plot.lineY(points, { ...channels, z: 'part', strokeWidth: 2 }), // said, or one epoch counts as many series
      Plot.dot(points, {
        ...channels,
        fill: 'part',
        r: 3,
        title: ({ epoch, part, value }: (typeof points)[number]) =>
          `${part}, epoch ${epoch}: ${value?.toFixed(4) ?? ''}`,
      }),
    ],
  });
}

/** Ticks at whole epochs, every fifth where there are many. */
function epochAxis(epochs: readonly number[]): Plot.ScaleOptions {
  const distinct = [...new Set(epochs)].sort((a, b) => a - b);
  return {
    label: 'epoch',
    ticks: distinct.filter((epoch) => distinct.length <= 12 || epoch % 5 === 0),
    tickFormat: 'd',
  };
}

/** A value by epoch for each of several trainings. */
export function epochsPlot(
  series: readonly { readonly name: string; readonly values: readonly (readonly [epoch: number, value: number])[] }[],
  what: string,
): string {
  const points = series.flatMap(({ name, values }) => values.map(([epoch, value]) => ({ name, epoch, value })));
  return draw({
    x: epochAxis(points.map(({ epoch }) => epoch)),
    y: { label: what, grid: true, nice: true },
    color: { legend: true, domain: series.map(({ name }) => name) },
    marks: [Plot.lineY(points, { x: 'epoch', y: 'value', stroke: 'name', z: 'name', strokeWidth: 2 })],
  });
}

/** Curves over the unit square. */
export function curvePlot(curves: readonly NamedCurve[], x: string, y: string, diagonal: boolean): string {
  const points = curves.flatMap((curve) => curve.x.map((value, i) => ({ name: curve.name, x: value, y: curve.y[i] })));
  const chance = [{ x: 0, y: 0 }, { x: 1, y: 1 }]; // prettier-ignore
  return draw({
    x: { label: x, domain: [0, 1], grid: true },
    y: { label: y, domain: [0, 1], grid: true },
    color: { legend: curves.length > 1, domain: curves.map(({ name }) => name) },
    marks: [
      ...(diagonal
        ? [Plot.line(chance, { x: 'x', y: 'y', z: null, stroke: 'var(--faint)', strokeDasharray: '4 3' })]
        : []),
      Plot.line(points, { x: 'x', y: 'y', z: 'name', stroke: 'name', strokeWidth: 2 }),
    ],
  });
}

/** Predicted against observed rates. */
export function calibrationPlot(bins: readonly ReliabilityBin[]): string {
  const end = Math.max(...bins.flatMap(({ predicted, observed }) => [predicted, observed]), 0.01) * 1.05;
  return draw({
    x: { label: 'predicted', domain: [0, end], grid: true },
    y: { label: 'observed', domain: [0, end], grid: true },
    marks: [
      Plot.line([[0, 0], [end, end]], { z: null, stroke: 'var(--faint)', strokeDasharray: '4 3' }), // prettier-ignore
      Plot.line(bins, { x: 'predicted', y: 'observed', z: null, stroke: 'var(--one)' }),
      Plot.dot(bins, {
        x: 'predicted',
        y: 'observed',
        fill: 'var(--one)',
        r: 4,
        title: ({ predicted, observed, weight }: ReliabilityBin) =>
          `predicted ${predicted.toFixed(4)}, observed ${observed.toFixed(4)}, ${Number(weight.toPrecision(6))} rows`,
      }),
    ],
  });
}

/** Shares of each class by score. */
export function histogramPlot(labels: Float32Array, scores: Float64Array, numBins = 40): string {
  const counts = [new Float64Array(numBins), new Float64Array(numBins)];
  const totals = [0, 0];
  scores.forEach((score, i) => {
    counts[labels[i]][Math.min(numBins - 1, Math.floor(score * numBins))]++;
    totals[labels[i]]++;
  });
  const bars = counts.flatMap((count, label) =>
    Array.from(count, (value, bin) => ({
      x1: bin / numBins,
      x2: (bin + 1) / numBins,
      share: value / totals[label],
      label: label === 1 ? 'label 1' : 'label 0',
    })),
  );
  return draw({
    x: { label: 'predicted probability', domain: [0, 1] },
    y: { label: 'share of the class', grid: true, tickFormat: '%' },
    color: { legend: true, domain: ['label 0', 'label 1'] },
    marks: [Plot.rect(bars, { x1: 'x1', x2: 'x2', y1: () => 0, y2: 'share', fill: 'label', fillOpacity: 0.55 })],
  });
}

/** Bars of the AUC lost without each field. */
export function importancePlot(importance: readonly { readonly field: string; readonly loss: number }[]): string {
  const largest = importance.toSorted((a, b) => b.loss - a.loss).slice(0, 30);
  return draw(
    {
      width: 900,
      height: 60 + 22 * largest.length,
      marginLeft: 160,
      x: { label: 'AUC lost', grid: true },
      y: { label: null, domain: largest.map(({ field }) => field), tickFormat: (name: string) => shortened(name) },
      marks: [
        Plot.barX(largest, {
          x: 'loss',
          y: 'field',
          fill: 'var(--one)',
          title: ({ field, loss }: (typeof largest)[number]) => `${field}: ${loss.toFixed(4)}`,
        }),
        Plot.ruleX([0]),
      ],
    },
    { 'min-width': '640px' },
  );
}

/** AUCs with their intervals. */
export function intervalPlot(
  rows: readonly { readonly name: string; readonly auc: number; readonly low: number; readonly high: number }[],
  best: number | undefined,
): string {
  return draw({
    marginLeft: 150,
    height: Math.max(SIZE.height, 90 + 44 * rows.length),
    x: { label: 'AUC', grid: true, nice: true, inset: 8 },
    y: { label: null, domain: rows.map(({ name }) => name), tickFormat: (name: string) => shortened(name) },
    color: { domain: rows.map(({ name }) => name) },
    marks: [
      ...(best === undefined ? [] : [Plot.ruleX([best], { stroke: 'var(--faint)', strokeDasharray: '4 3' })]),
      Plot.ruleY(rows, { x1: 'low', x2: 'high', y: 'name', stroke: 'name', strokeWidth: 3 }),
      Plot.dot(rows, {
        x: 'auc',
        y: 'name',
        fill: 'name',
        r: 6,
        title: ({ name, auc, low, high }: (typeof rows)[number]) =>
          `${name}: ${auc.toFixed(4)} (${low.toFixed(4)} to ${high.toFixed(4)})`,
      }),
    ],
  });
}
