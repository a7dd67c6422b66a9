import { ConfigError, checkList, checkObject, checkText, checkTexts, expected } from '@ctrflow/core';
import { precisionRecallCurve, reliabilityBins, rocCurve } from '@ctrflow/metrics';
import { difference, fixed, gapToBest, intervalOf, scoredRows } from './areas';
import {
  calibrationPlot,
  curvePlot,
  epochsPlot,
  histogramPlot,
  importancePlot,
  intervalPlot,
  learningPlot,
} from './plots';
import { figure, page, section, table, tiles } from './page';

/** An epoch of a training. */
export interface ReportEpoch {
  readonly epoch: number;
  readonly trainLoss: number;
  readonly learningRate: number;
  readonly valid?: Readonly<Record<string, number>>;
}

/** Labels and predicted probabilities of the rows that a model is judged on. */
export interface ReportScores {
  readonly labels: Float32Array;
  readonly probabilities: Float64Array;
  /** Sample weights, for everything but the histogram. */
  readonly weights?: Float32Array;
  /** True probabilities of the rows, where they are known: no model can be expected to rank better. */
  readonly truth?: Float64Array;
}

/** One trained model: plain numbers, whoever trained it. */
export interface RunReport {
  readonly title: string;
  readonly model: string;
  readonly parameters: number;
  readonly seconds: number;
  readonly rows: number;
  readonly engine: string;
  readonly bestEpoch: number;
  readonly history: readonly ReportEpoch[];
  /** The target that scores and metrics are of, where there are several: the loss of training is then that of all. */
  readonly target?: string;
  /** Which part `scores` is of. */
  readonly part: 'valid' | 'test';
  readonly metrics: Readonly<Record<string, number>>;
  readonly scores: ReportScores;
  /** Loss of AUC when a field's values are shuffled. */
  readonly importance?: readonly { readonly field: string; readonly loss: number }[];
  /** Fields, tables, settings: anything that is a table. */
  readonly tables?: readonly ReportTable[];
  /** The command that repeats this. */
  readonly command?: string;
}

/** A table of texts. */
export interface ReportTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Several models on the same rows. */
export interface ComparisonReport {
  readonly title: string;
  readonly runs: readonly RunReport[];
  /** Anything else that is a table. */
  readonly tables?: readonly ReportTable[];
  readonly command?: string;
}

/** What metrics are called; others go by the name that `fit` gives them. */
const metricNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    auc: 'AUC',
    gauc: 'AUC by group',
    logLoss: 'log loss',
    prAuc: 'average precision',
    normalizedEntropy: 'normalized entropy',
    brier: 'Brier score',
    ece: 'expected calibration error',
    calibration: 'predicted clicks per observed click',
  }),
);

/** One self-contained page about a training: no scripts, no requests, every text escaped. */
export function renderRunReport(run: RunReport): string {
  checkRun('renderRunReport', run);
  const scored = scoredRows(run.scores);
  const interval = intervalOf(scored);
  const gap = gapToBest(run.scores);
  // The loss of one target is not to be compared with that of all.
  const learned = run.history.map(({ epoch, trainLoss, valid }) => ({
    epoch,
    trainLoss,
    validLoss: run.target === undefined ? valid?.logLoss : undefined,
    auc: valid?.auc,
  }));
  const [ofTarget, loss, lossText] =
    run.target === undefined
      ? ['', 'log loss', 'Mean binary cross-entropy of training (with dropout, as it was trained) and of validation.']
      : [
          ` of ${run.target}`,
          'loss',
          'Sum of what training minimizes for all targets (with dropout, as it was trained).',
        ];
  return page(
    run.title,
    [
      tiles([
        [
          `${run.part} AUC${ofTarget}`,
          fixed(interval.auc),
          `95 % interval ${fixed(interval.low)} to ${fixed(interval.high)}`,
        ],
        [
          `log loss${ofTarget}`,
          fixed(run.metrics.logLoss),
          `normalized entropy ${fixed(run.metrics.normalizedEntropy)}`,
        ],
        ...(gap === undefined
          ? []
          : [['best possible AUC on these rows', fixed(gap.bestAuc), `${gap.shown} to go`] as const]),
        ['model', run.model, `${grouped(run.parameters)} parameters`],
        [
          'training',
          `${run.seconds.toFixed(1)} s`,
          `${grouped(run.rows)} rows, best epoch ${run.bestEpoch} of ${run.history.length}, ${run.engine}`,
        ],
      ]),
      section('How it learned', [
        figure('Loss by epoch', learningPlot(learned, 'loss', run.bestEpoch, loss), lossText),
        figure(
          `Validation AUC${ofTarget} by epoch`,
          learningPlot(learned, 'auc', run.bestEpoch),
          'The rule marks the epoch whose weights were kept.',
        ),
      ]),
      section('How well it ranks', [
        figure(
          'ROC curve',
          curvePlot([{ name: run.model, ...rocCurve(scored) }], 'false positive rate', 'true positive rate', true),
          'Above the diagonal is better than chance.',
        ),
        figure(
          'Precision and recall',
          curvePlot([{ name: run.model, ...precisionRecallCurve(scored) }], 'recall', 'precision', false),
          `Average precision ${fixed(run.metrics.prAuc)}.`,
        ),
      ]),
      section('How far its probabilities can be trusted', [
        figure(
          'Calibration',
          calibrationPlot(reliabilityBins(scored, 20, 'count')),
          'Twenty bins of equal size: on the diagonal, what is predicted happens as often.',
        ),
        figure(
          'Scores by class',
          histogramPlot(run.scores.labels, run.scores.probabilities),
          'Shares of each class; the further apart, the better.',
        ),
      ]),
      ...(run.importance === undefined
        ? []
        : [
            section('What it looks at', [
              figure(
                'Importance of fields',
                importancePlot(run.importance),
                'AUC lost when the values of a field are shuffled among the rows.',
              ),
            ]),
          ]),
      section('All metrics', [table(['metric', run.part], Object.entries(run.metrics).map(([name, value]) => [metricNames.get(name) ?? name, fixed(value)]))]), // prettier-ignore
      ...(run.tables ?? []).map(({ title, header, rows }) => section(title, [table(header, rows)])),
    ],
    run.command,
  );
}

/** @throws ConfigError for a report that lacks what every training has */
function checkRun(who: string, run: RunReport): void {
  const { title, history, metrics, scores, importance = [], tables = [] } = checkObject(who, 'a report of a run', run);
  checkText(who, 'title', title);
  for (const epoch of checkList(who, 'a list of epochs for history', history)) checkObject(who, 'an epoch', epoch);
  checkObject(who, 'numbers by name for metrics', metrics);
  checkObject(who, 'labels and probabilities for scores', scores);
  for (const field of checkList(who, 'a list of fields for importance', importance))
    checkObject(who, 'the importance of a field', field);
  checkTables(who, tables);
}

function checkTables(who: string, tables: readonly ReportTable[]): void {
  for (const table of checkList(who, 'a list of tables', tables)) {
    checkTexts(who, 'the header of a table', checkObject(who, 'a table', table).header);
    for (const row of checkList(who, 'the rows of a table', table.rows)) checkTexts(who, 'a row of a table', row);
  }
}

/** One self-contained page that compares trainings on the same rows. */
export function renderComparisonReport(report: ComparisonReport): string {
  const who = 'renderComparisonReport';
  const { title, runs, tables = [], command } = checkObject(who, 'a report of a comparison', report);
  checkText(who, 'title', title);
  for (const run of checkList(who, 'a list of runs', runs)) checkRun(who, run);
  if (runs.length === 0) throw new ConfigError(expected(who, 'one run or more', 'none'));
  checkTables(who, tables);
  const rows = runs.map((run) => {
    const scored = scoredRows(run.scores);
    return { run, ...intervalOf(scored), gap: gapToBest(run.scores), roc: { name: run.model, ...rocCurve(scored) } };
  });
  const best = rows.find(({ gap }) => gap !== undefined)?.gap?.bestAuc;
  const header = [
    'model',
    'AUC',
    '95 % interval',
    'minus the row above',
    'log loss',
    ...(best === undefined ? [] : ['gap to best']),
    'parameters',
    'epochs',
    'seconds',
  ];
  return page(
    title,
    [
      section('Result', [
        table(header, rows.map(({ run, auc, low, high, gap }, i) => [
        run.model, fixed(auc), `${fixed(low)} to ${fixed(high)}`, i === 0 ? '' : difference(run.scores, rows[i - 1].run.scores), fixed(run.metrics.logLoss), ...(best === undefined ? [] : [gap?.shown ?? '–']),
        grouped(run.parameters), String(run.history.length), run.seconds.toFixed(1),
      ])), // prettier-ignore
      ]),
      section('At a glance', [
        figure('AUC with 95 % interval', intervalPlot(rows.map(({ run, auc, low, high }) => ({ name: run.model, auc, low, high })), best), best === undefined ? 'DeLong.' : 'DeLong. The rule is the AUC of the true probabilities.'), // prettier-ignore
        figure('ROC curves', curvePlot(rows.map(({ roc }) => roc), 'false positive rate', 'true positive rate', true), 'Above the diagonal is better than chance.'), // prettier-ignore
      ]),
      section('How they learned', [
        figure('Training loss by epoch', epochsPlot(byEpoch(runs, ({ trainLoss }) => trainLoss), runs.some(({ target }) => target !== undefined) ? 'loss' : 'log loss'), 'As it was trained: with dropout.'), // prettier-ignore
        figure('Validation loss by epoch', epochsPlot(byEpoch(runs, ({ valid }) => valid?.logLoss), 'log loss'), 'Mean binary cross-entropy.'), // prettier-ignore
      ]),
      ...tables.map((each) => section(each.title, [table(each.header, each.rows)])),
    ],
    command,
  );
}

/** A curve per run. */
function byEpoch(
  runs: readonly RunReport[],
  value: (epoch: ReportEpoch) => number | undefined,
): Parameters<typeof epochsPlot>[0] {
  return runs.map(({ model, history }) => ({
    name: model,
    values: history.flatMap((epoch) => {
      const found = value(epoch);
      return found === undefined ? [] : [[epoch.epoch, found] as const];
    }),
  }));
}

function grouped(value: number): string {
  return value.toLocaleString('en-US');
}
