import { emptyRecord } from '@ctrflow/core';
import type { AucInterval } from '@ctrflow/metrics';
import type { Evaluation, FieldImportance, FitResult, Profile } from '@ctrflow/training';
import type { Io } from '../io';
import { formatCount, formatEpochs, formatMetric, formatSeconds } from '../output/format';
import { renderTable } from '../output/table';
import { headline, metricsOfTarget, targetsIn, titleOf } from '../output/metric-names';
import type { GapToBest } from './truth';

/** What a training came to: the object that `--json` prints and `summary.json` keeps. */
export interface RunSummary {
  readonly model: string;
  /** Training rows. */
  readonly rows: number;
  readonly epochs: number;
  readonly bestEpoch: number;
  readonly stopped: FitResult['stopped'];
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly engine: string;
  readonly parameters: number;
  /** Share of the negatives that were left to train on, where it is not 1; all probabilities are corrected for it. */
  readonly negativeKeepRate?: number;
  readonly valid?: Evaluation;
  readonly test?: Evaluation;
  /** DeLong's 95 % interval of the AUC on the test part, or on the validation part where there is no test part. */
  readonly aucInterval?: { readonly low: number; readonly high: number };
  /** How far the AUC on the same part is from that of the true probabilities, of generated data. */
  readonly gapToBest?: GapToBest;
  /** With `--profile`. */
  readonly profile?: Profile;
  readonly folder?: string;
}

/** The summary of a finished training. */
export function summarize(
  result: FitResult,
  folder: string | undefined,
  interval?: AucInterval,
  gap?: GapToBest,
): RunSummary {
  const { rows, epochs, bestEpoch, stopped, seconds, samplesPerSecond, engine, valid, test } = result;
  const { negativeKeepRate = 1 } = result.model;
  return {
    model: result.model.name,
    ...{ rows, epochs, bestEpoch, stopped, seconds, samplesPerSecond, engine },
    parameters: result.model.numParameters,
    ...(negativeKeepRate === 1 ? {} : { negativeKeepRate }),
    ...(valid === undefined ? {} : { valid }),
    ...(test === undefined ? {} : { test }),
    ...(interval && { aucInterval: { low: interval.low, high: interval.high } }),
    ...(gap && { gapToBest: gap }),
    ...(result.profile === undefined ? {} : { profile: result.profile }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** One training as a few lines. */
export function renderSummary(summary: RunSummary): string {
  const { model, rows, epochs, bestEpoch, seconds, samplesPerSecond, engine, parameters, folder, gapToBest } = summary;
  const lines = [
    `${model}: ${formatCount(parameters)} parameters, ${formatCount(rows)} rows, ${formatEpochs(epochs)} (best: ${bestEpoch}) in ${formatSeconds(seconds)}, ${formatCount(samplesPerSecond)} rows/s on ${engine}`,
    ...(['valid', 'test'] as const).flatMap((part) => {
      const metrics = summary[part];
      return metrics === undefined ? [] : metricLines(metrics).map((line) => `  ${part.padEnd(6)} ${line}`);
    }),
    ...(gapToBest === undefined
      ? []
      : [
          `  gap    ${formatGap(gapToBest)} to the best possible AUC on these rows, ${formatMetric(gapToBest.bestAuc)}, that of the true probabilities`,
        ]),
    ...(folder === undefined ? [] : [`  folder ${folder}`]),
  ];
  return `${lines.join('\n')}\n`;
}

/** A line of metrics; one for each target where there are several. */
export function metricLines(metrics: Evaluation): readonly string[] {
  const targets = targetsIn(metrics);
  if (targets.length === 0) return [renderMetrics(metrics)];
  return targets.map((target) => `${target}: ${renderMetrics(metricsOfTarget(metrics, target))}`);
}

/** `AUC 0.8123  log loss 0.3123  ...`. */
function renderMetrics(metrics: Evaluation): string {
  return Object.entries(metrics)
    .map(([name, value]) => `${titleOf(name)} ${formatMetric(value)}`)
    .join('  ');
}

/** Several trainings as one table, in the order in which they were trained. */
export function renderComparison(summaries: readonly RunSummary[]): string {
  const known = summaries.find(({ gapToBest }) => gapToBest !== undefined)?.gapToBest;
  const part = summaries.every(({ test }) => test !== undefined) ? 'test' : 'valid';
  const best = known === undefined ? '' : `The best possible AUC on these rows, that of the true probabilities, is ${formatMetric(known.bestAuc)}.\n`; // prettier-ignore
  // A model may predict some of the targets only.
  const headings = [...new Set(summaries.flatMap((summary) => headlinesOf(summary[part]).map(([title]) => title)))];
  const mainOf = (metrics: Evaluation = emptyRecord()): Evaluation =>
    metricsOfTarget(metrics, targetsIn(metrics)[0] ?? '');
  const table = renderTable(
    [
      { title: 'model' },
      ...headings.map((title) => ({ title: `${part} ${title}`, align: 'right' as const })),
      { title: '95 % interval', align: 'right' },
      { title: 'log loss', align: 'right' },
      ...(known === undefined ? [] : [{ title: 'gap to best', align: 'right' as const }]),
      { title: 'parameters', align: 'right' },
      { title: 'epochs', align: 'right' },
      { title: 'time', align: 'right' },
    ],
    summaries.map((summary) => [
      summary.model,
      ...headings.map((heading) => formatMetric(new Map(headlinesOf(summary[part])).get(heading))),
      formatInterval(summary.aucInterval),
      formatMetric(mainOf(summary[part]).logLoss),
      ...(known === undefined ? [] : [summary.gapToBest === undefined ? '-' : formatGap(summary.gapToBest)]),
      formatCount(summary.parameters),
      String(summary.epochs),
      formatSeconds(summary.seconds),
    ]),
  );
  return `${table}${best}`;
}

/** The metric that stands for each target, with its title: `AUC` of one, `purchase AUC` of several. */
function headlinesOf(metrics: Evaluation | undefined): (readonly [string, number])[] {
  if (metrics === undefined) return [['AUC', NaN]];
  const targets = targetsIn(metrics);
  if (targets.length === 0) return [headline(metrics)];
  return targets.map((target) => {
    const [title, value] = headline(metricsOfTarget(metrics, target));
    return [`${target} ${title}`, value];
  });
}

/** Fields by importance, the most important first. */
export function renderImportance(importance: readonly FieldImportance[]): string {
  return renderTable(
    [{ title: 'field' }, { title: 'AUC lost', align: 'right' }, { title: 'deviation', align: 'right' }],
    importance.map(({ field, loss, stdDev }) => [
      field,
      formatMetric(loss).replace('-0.0000', '0.0000'),
      formatMetric(stdDev),
    ]),
  );
}

/** `0.0292 (0.0260 to 0.0324)`. */
function formatGap({ difference, low, high }: GapToBest): string {
  return `${formatMetric(difference)} (${formatMetric(low)} to ${formatMetric(high)})`;
}

function formatInterval(interval: RunSummary['aucInterval']): string {
  return interval === undefined ? '-' : `${formatMetric(interval.low)} to ${formatMetric(interval.high)}`;
}

/** The object of `--json`, always the last line of stdout. */
export function printJson(io: Io, value: object): void {
  io.out.write(`${JSON.stringify(value)}\n`);
}
