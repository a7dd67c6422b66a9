import { join } from 'node:path';
import { writeFileAtomic } from '@ctrflow/core/node';
import type { Dataset } from '@ctrflow/data';
import { renderComparisonReport, renderRunReport } from '@ctrflow/report';
import type { ReportTable, RunReport } from '@ctrflow/report';
import type { Evaluation } from '@ctrflow/training';
import { describeTargets } from '../output/describe-targets';
import type { PartName } from '../output/describe-targets';
import { formatCount, formatMetric } from '../output/format';
import { metricsOfTarget, splitMetric } from '../output/metric-names';
import { profileTable } from './profile';
import { fieldStatistics } from './field-statistics';
import type { Trained } from './train-model';

/** What the reports of some trainings share. */
export interface ReportContext {
  readonly data: Dataset;
  /** The command that repeats it. */
  readonly command: string;
}

/** Writes `report.html` into the folder of a run; a training without scored rows has none. */
export async function writeRunReport(trained: Trained, context: ReportContext): Promise<void> {
  const { folder } = trained.summary;
  const report = runReport(trained, context);
  if (folder === undefined || report === undefined) return;
  const { data } = context;
  const fields = await fieldStatistics(data.schema, data.test ?? data.valid ?? data.train);
  const whole = { ...report, tables: [...(report.tables ?? []), fields] };
  await writeFileAtomic(join(folder, 'report.html'), renderRunReport(whole));
}

/** Writes `report.html` of several trainings on the same rows. */
export async function writeComparisonReport(
  folder: string,
  trained: readonly Trained[],
  context: ReportContext,
): Promise<void> {
  const runs = trained.map((one) => runReport(one, context)).filter((run) => run !== undefined);
  if (runs.length === 0) return;
  const title = `${runs.map(({ model }) => model).join(', ')} on ${sourcesOf(context)}`;
  await writeFileAtomic(join(folder, 'report.html'), renderComparisonReport({ title, runs, command: context.command }));
}

function runReport(
  { summary, result, scored, truth, importance }: Trained,
  context: ReportContext,
): RunReport | undefined {
  const part = summary.test === undefined ? 'valid' : 'test';
  const all = summary[part];
  if (all === undefined || scored === undefined) return undefined;
  const main = context.data.schema.targets[0].name;
  const metrics = metricsOfTarget(all, main);
  const others = Object.keys(metrics).length < Object.keys(all).length ? [targetsTable(all, part)] : [];
  const { model, parameters, seconds, rows, engine, bestEpoch } = summary;
  const { command } = context;
  return {
    title: `${model} on ${sourcesOf(context)}`,
    ...{ model, parameters, seconds, rows, engine, bestEpoch, part, metrics, command },
    history: result.history.map(({ valid, ...epoch }) => ({
      ...epoch,
      ...(valid && { valid: metricsOfTarget(valid, main) }),
    })),
    scores: {
      labels: scored.labels,
      probabilities: scored.probabilities,
      ...(scored.weights && { weights: scored.weights }),
      ...(truth && { truth }),
    },
    ...(others.length > 0 && { target: main }),
    tables: [
      dataTable(context.data),
      ...others,
      ...(summary.profile === undefined ? [] : [profileTable(summary.profile)]),
    ],
    ...(importance && { importance }),
  };
}

/** Metrics of all targets, where there are several. */
function targetsTable(metrics: Evaluation, part: PartName): ReportTable {
  const rows = Object.entries(metrics).map(([name, value]) => [...splitMetric(name), formatMetric(value)]);
  return { title: 'All targets', header: ['target', 'metric', part], rows };
}

function sourcesOf({ data }: ReportContext): string {
  return data.summary.sources.join(', ');
}

function dataTable({ summary }: Dataset): ReportTable {
  const { numRows, positiveRate, dropped, negativeKeepRate } = summary;
  const hasOne = positiveRate !== undefined && Object.keys(summary.targets ?? {}).length <= 1;
  const rate = (part: PartName): string => {
    if (numRows[part] === 0) return '-';
    return hasOne ? `${((positiveRate[part] ?? 0) * 100).toFixed(2)} %` : describeTargets(summary, part, 2);
  };
  return {
    title: 'The rows',
    header: ['part', 'rows', hasOne ? 'positive' : 'targets'],
    rows: [
      ...(['train', 'valid', 'test'] as const).map((part) => [part, formatCount(numRows[part]), rate(part)]),
      ...(negativeKeepRate === undefined
        ? []
        : [
            [
              'trained on',
              `${Number((negativeKeepRate * 100).toPrecision(3))} % of the negatives`,
              'probabilities are those of all rows',
            ],
          ]),
      ...Object.entries(dropped).map(([reason, count]) => [`left out: ${reason}`, formatCount(count), '']),
    ],
  };
}
