import { alignColumns } from '../table';
import type { ParityResult } from './compare-sides';
import type { ParityRun, SideName } from './runs';
import { momentsOf, pairedLowerBound, welchLowerBound } from './welch';

/** Ours may be this much worse than the peer, in AUC, and still count as equal. */
export const MARGIN = 0.001;

/** What the seeds of one side came to. */
export interface SideSummary {
  readonly auc: { readonly mean: number; readonly stdDev: number; readonly values: readonly number[] };
  readonly logLoss: { readonly mean: number; readonly stdDev: number };
  readonly secondsPerEpoch: number;
  readonly epochs: number;
  readonly parameters: number;
}

/** One model on both sides. */
export interface ModelParity {
  readonly model: string;
  readonly ours: SideSummary;
  readonly fuxictr?: SideSummary;
  /** Ours minus the peer's, in AUC, and what it is above with 95 % confidence (Welch, one-sided). */
  readonly difference?: number;
  readonly lowerBound?: number;
  /** The same from the differences of single seeds, where these began with the same weights. */
  readonly pairedBound?: number;
  /** The bound, the paired one where there is one, excludes that ours is worse by more than {@link MARGIN}; undefined with one seed. */
  readonly withinMargin?: boolean;
}

/** The models of a comparison, in their order. */
export function summarizeParity({ request, runs }: Pick<ParityResult, 'request' | 'runs'>): ModelParity[] {
  return request.models.map((model) => {
    const of = (side: SideName): readonly ParityRun[] => runs.filter((run) => run.model === model && run.side === side);
    const ours = summaryOf(of('ours'));
    if (of('fuxictr').length === 0) return { model, ours };
    const fuxictr = summaryOf(of('fuxictr'));
    const { difference, lowerBound } = welchLowerBound(ours.auc.values, fuxictr.auc.values);
    const pairedBound = request.settings.paired === true ? pairedLowerBound(ours.auc.values, fuxictr.auc.values) : undefined; // prettier-ignore
    return {
      ...{ model, ours, fuxictr, difference },
      ...(!Number.isNaN(lowerBound) && { lowerBound, withinMargin: (pairedBound ?? lowerBound) > -MARGIN }),
      ...(pairedBound !== undefined && !Number.isNaN(pairedBound) && { pairedBound }),
    };
  });
}

function summaryOf(runs: readonly ParityRun[]): SideSummary {
  const values = runs.map(({ auc }) => auc);
  const { mean, stdDev } = momentsOf(values);
  const logLoss = momentsOf(runs.map((run) => run.logLoss));
  return {
    auc: { mean, stdDev, values },
    logLoss: { mean: logLoss.mean, stdDev: logLoss.stdDev },
    secondsPerEpoch: momentsOf(runs.map((run) => run.secondsPerEpoch)).mean,
    epochs: momentsOf(runs.map(({ epochs }) => epochs)).mean,
    parameters: runs[0].parameters,
  };
}

const titles = ['model', 'ours', 'FuxiCTR', 'difference', 'above, 95 %', 'above, paired', 'log loss', 's/epoch', 'epochs', 'parameters', ''] as const; // prettier-ignore

/** A comparison as a table for people. */
export function renderParity(result: ParityResult): string {
  const { request, rows, features, skipped } = result;
  const models = summarizeParity(result);
  const lines = [
    `test AUC of ${request.seeds} seed${request.seeds === 1 ? '' : 's'}, mean ± standard deviation; ${rows.train} rows to train, ${rows.valid} to validate, ${rows.test} to test, ${features} features`,
    ...alignColumns([[...titles], ...models.map(rowOf)]),
  ];
  if (skipped !== undefined) lines.push(`FuxiCTR was left out: ${skipped}`);
  for (const { model, ours, fuxictr } of models)
    if (fuxictr !== undefined && ours.parameters !== fuxictr.parameters)
      lines.push(`${model}: the sides have different numbers of parameters, so they are not the same model`);
  return `${lines.join('\n')}\n`;
}

function rowOf({ model, ours, fuxictr, difference, lowerBound, pairedBound, withinMargin }: ModelParity): string[] {
  const both = (of: (side: SideSummary) => string): string =>
    fuxictr === undefined ? of(ours) : `${of(ours)} | ${of(fuxictr)}`;
  return [
    model,
    meanAndDeviation(ours),
    fuxictr === undefined ? '-' : meanAndDeviation(fuxictr),
    ...[difference, lowerBound, pairedBound].map((value) => (value === undefined ? '-' : signed(value))),
    both(({ logLoss }) => logLoss.mean.toFixed(4)),
    both(({ secondsPerEpoch }) => secondsPerEpoch.toPrecision(3)),
    both(({ epochs }) => epochs.toFixed(1)),
    ours.parameters.toLocaleString('en-US'),
    verdictOf(withinMargin),
  ];
}

/** What the bound says, in words. */
function verdictOf(withinMargin: boolean | undefined): string {
  if (withinMargin === undefined) return '';
  return withinMargin ? `not worse by ${MARGIN}` : `may be worse by ${MARGIN}`;
}

/** `0.90415 ± 0.00047`. */
export function meanAndDeviation({ auc: { mean, stdDev } }: SideSummary): string {
  return Number.isNaN(stdDev) ? mean.toFixed(5) : `${mean.toFixed(5)} ± ${stdDev.toFixed(5)}`;
}

/** `+0.00061`. */
export function signed(value: number): string {
  return `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(5)}`;
}
