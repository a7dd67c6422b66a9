import * as Plot from '@observablehq/plot';
import { draw, shortened } from './draw';

/** One axis. */
export interface PlotAxis {
  readonly label: string;
  /** Default `linear`. On a `log` axis every value is larger than 0. */
  readonly scale?: 'linear' | 'log';
}

/** Points that belong together. */
export interface PlotSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dashed and without dots: what is expected rather than measured. */
  readonly dashed?: boolean;
}

/** Lines through points. */
export interface LinePlot {
  readonly kind: 'lines';
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
}

/** Bars from 0, each with a mark where it should be. */
export interface BarPlot {
  readonly kind: 'bars';
  readonly label: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly mark?: number }[];
}

/** Most characters of a name beside a bar. */
const MAX_BAR_NAME = 48;
/** Of the plots' font, on average. */
const CHARACTER_WIDTH = 6.5;
/** Space around a logarithmic axis, as a factor, so that one value has a domain too. */
const MARGIN = 1.5;

/** Draws lines, dashed ones below. */
export function linePlot({ x, y, series }: LinePlot): string {
  const ordered = [...series].sort((a, b) => Number(b.dashed ?? false) - Number(a.dashed ?? false));
  const points = (dashed: boolean): { readonly name: string; readonly x: number; readonly y: number }[] =>
    ordered
      .filter((one) => (one.dashed ?? false) === dashed)
      .flatMap(({ name, points: pairs }) => pairs.map(([at, value]) => ({ name, x: at, y: value })));
  const [measured, expected] = [points(false), points(true)];
  const all = [...measured, ...expected];
  const channels = { x: 'x', y: 'y', z: 'name', stroke: 'name' };
  return draw({
    marginLeft: 65,
    x: axis(x, all.map((point) => point.x)), // prettier-ignore
    y: { ...axis(y, all.map((point) => point.y)), grid: true }, // prettier-ignore
    color: { legend: series.length > 1, domain: series.map(({ name }) => name) },
    marks: [
      Plot.line(expected, { ...channels, strokeWidth: 1.5, strokeDasharray: '5 4' }),
      Plot.line(measured, { ...channels, strokeWidth: 2 }),
      Plot.dot(measured, { ...channels, fill: 'name', r: 3.5, title: (point: (typeof all)[number]) => `${point.name}: ${shown(point.x)}, ${shown(point.y)}` }), // prettier-ignore
    ],
  });
}

/** Draws horizontal bars in the order given. */
export function barPlot({ label, bars }: BarPlot): string {
  type Bar = BarPlot['bars'][number];
  const names = bars.map(({ name }) => shortened(name, MAX_BAR_NAME));
  return draw(
    {
      width: 1080,
      height: 60 + 24 * bars.length,
      marginLeft: 20 + CHARACTER_WIDTH * Math.max(0, ...names.map(({ length }) => length)),
      x: { label, grid: true, nice: true },
      y: {
        label: null,
        domain: bars.map(({ name }) => name),
        tickFormat: (name: string) => shortened(name, MAX_BAR_NAME),
      },
      marks: [
        Plot.barX(bars, { x: 'value', y: 'name', fill: 'var(--one)', inset: 3, title: ({ name, value }: Bar) => `${name}: ${shown(value)}` }), // prettier-ignore
        Plot.tickX(bars.filter(({ mark }) => mark !== undefined), { x: 'mark', y: 'name', stroke: 'var(--two)', strokeWidth: 3, title: ({ name, mark }: Bar) => `${name}: ${shown(mark ?? NaN)}` }), // prettier-ignore
        Plot.ruleX([0]),
      ],
    },
    { 'min-width': '640px' },
  );
}

function axis({ label, scale = 'linear' }: PlotAxis, values: readonly number[]): Plot.ScaleOptions {
  if (scale === 'linear') return { label, nice: true };
  const domain = [Math.min(...values) / MARGIN, Math.max(...values) * MARGIN];
  return { label, type: 'log', domain, tickFormat: '~s', ticks: 5 };
}

function shown(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString('en-US');
}
