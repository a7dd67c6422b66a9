import type { LockstepLine, ParityLine } from '../parity/lines';
import { JUDGED, inStep, largestDifference, ofRoundings } from '../parity/lockstep';
import { MARGIN, meanAndDeviation, signed } from '../parity/table';
import type { ModelParity, SideSummary } from '../parity/table';
import { commitOf } from './speed';
import type { Table } from './tables';

/** One model of one comparison. */
export interface ModelOf<Line, Result> {
  readonly line: Line;
  readonly result: Result;
}

/** Comparisons with the peer: the newest of each model on each data. */
export interface NewestParity {
  readonly trainings: readonly ModelOf<ParityLine, ModelParity>[];
  readonly lockstep: readonly ModelOf<LockstepLine, LockstepLine['runs'][number]>[];
}

/** @param lines - oldest first */
export function newestParity(lines: readonly (ParityLine | LockstepLine)[]): NewestParity {
  const trainings = lines.flatMap((line) => (line.kind === 'parity' ? line.results.map((result) => ({ line, result })) : [])); // prettier-ignore
  const lockstep = lines.flatMap((line) => (line.kind === 'lockstep' ? line.runs.map((result) => ({ line, result })) : [])); // prettier-ignore
  return { trainings: newestOfEach(trainings), lockstep: newestOfEach(lockstep) };
}

function newestOfEach<R extends { readonly model: string }, L extends { readonly name: string }>(all: readonly ModelOf<L, R>[]): ModelOf<L, R>[] {
  return [...new Map(all.map((one) => [`${one.line.name}\n${one.result.model}`, one])).values()];
} // prettier-ignore

/** Test AUC of both sides, and what the difference is above. */
export function parityTable({ trainings }: NewestParity): Table {
  return {
    header: ['data', 'model', 'seeds', 'ctrflow, test AUC', 'FuxiCTR', 'difference', 'above (Welch)', 'above (pairs)', `above -${MARGIN}`, 's/epoch of both', 'epochs of both', 'commit'],
    rows: trainings.map(({ line, result: { model, ours, fuxictr, difference, lowerBound, pairedBound, withinMargin } }) => [
      ...[line.name, model, String(line.request.seeds), meanAndDeviation(ours), fuxictr === undefined ? '–' : meanAndDeviation(fuxictr)],
      ...[difference, lowerBound, pairedBound].map((value) => (value === undefined ? '–' : signed(value))),
      withinMargin === undefined ? '–' : withinMargin ? 'yes' : 'no',
      ofBoth(({ secondsPerEpoch }) => secondsPerEpoch.toPrecision(2), ours, fuxictr),
      ofBoth(({ epochs }) => epochs.toFixed(1), ours, fuxictr),
      commitOf(line),
    ]),
  };
} // prettier-ignore

/** A number of our side, and the peer's where it has one. */
function ofBoth(show: (side: SideSummary) => string, ours: SideSummary, fuxictr: SideSummary | undefined): string {
  return fuxictr === undefined ? show(ours) : `${show(ours)}, ${show(fuxictr)}`;
}

/** Losses of both sides, step by step from the same weights. */
export function lockstepTable({ lockstep }: NewestParity): Table {
  return {
    header: ['data', 'model', 'rows', 'steps', 'loss, first', 'last', `largest difference, ${JUDGED} steps`, 'FuxiCTR in float32', 'all steps', 'verdict', 'commit'],
    rows: lockstep.map(({ line, result }) => [
      ...[line.name, result.model, line.rows.toLocaleString('en-US'), String(line.steps)],
      ...[result.fuxictr[0], result.fuxictr.at(-1)!].map((loss) => loss.toFixed(4)),
      ...[largestDifference(result, JUDGED), ofRoundings(result), largestDifference(result, line.steps)].map((share) => share.toExponential(1)),
      inStep(result) ? 'in step' : 'not in step',
      commitOf(line),
    ]),
  };
} // prettier-ignore

/** The commands that made the tables, each once. */
export function parityCommands({ trainings, lockstep }: NewestParity): string[] {
  return [...new Set([...trainings, ...lockstep].map(({ line: { name, command } }) => `${name}: ${command}`))];
}
