import type { LockstepLine, ParityLine } from '../parity/lines';
import { JUDGED, inStep, largestDifference, ofRoundings } from '../parity/lockstep';
import { meanAndDeviation, signed, verdictOf } from '../parity/table';
import type { ModelParity } from '../parity/table';
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
    header: ['data', 'model', 'seeds', 'ctrflow, test AUC', 'FuxiCTR', 'difference', 'above, 95 %', 'above, paired', 'verdict', 's/epoch', 'FuxiCTR', 'epochs', 'FuxiCTR', 'commit'],
    rows: trainings.map(({ line, result: { model, ours, fuxictr, difference, lowerBound, pairedBound, withinMargin } }) => [
      ...[line.name, model, String(line.request.seeds), meanAndDeviation(ours), fuxictr === undefined ? '–' : meanAndDeviation(fuxictr)],
      ...[difference, lowerBound, pairedBound].map((value) => (value === undefined ? '–' : signed(value))),
      verdictOf(withinMargin),
      ...[ours, fuxictr].map((side) => side?.secondsPerEpoch.toPrecision(3) ?? '–'),
      ...[ours, fuxictr].map((side) => side?.epochs.toFixed(1) ?? '–'),
      commitOf(line),
    ]),
  };
} // prettier-ignore

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
