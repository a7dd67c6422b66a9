import { measuredSides } from './measurement';
import type { MeasuredSide, Measurement } from './measurement';
import { relativeError } from './statistics';
import { alignColumns } from './table';

/** How a workload has moved between two result files. */
export interface Change {
  readonly workload: string;
  readonly before: number;
  readonly after: number;
  /** Of our time, divided by that of the same peer's time where both files have it: how the machine was at that hour cancels out. */
  readonly factor: number;
  readonly relativeTo?: string;
  /** What chance and drift alone may do. */
  readonly noise: number;
  readonly verdict: 'slower' | 'faster' | 'same';
}

/** Two sessions on one shared machine differ by this much without any reason. */
const DRIFT = 0.05;
/** Standard errors that chance hardly ever exceeds. */
const ERRORS = 3;

/** Compares what both files measured: the last line of each workload, mode, sizes and threads. */
export function compareResults(before: readonly Measurement[], after: readonly Measurement[]): Change[] {
  const earlier = new Map(before.map((measurement) => [keyOf(measurement), measurement]));
  const later = new Map(after.map((measurement) => [keyOf(measurement), measurement]));
  return [...later].flatMap(([key, measurement]) => {
    const other = earlier.get(key);
    return other === undefined ? [] : changeOf(key, other, measurement);
  });
}

/** The comparison as a table. */
export function renderChanges(changes: readonly Change[]): string {
  if (changes.length === 0) return 'nothing that both files measured\n';
  const rows = changes.map(({ workload, before, after, factor, noise, verdict, relativeTo }) => [
    workload,
    before.toPrecision(3),
    after.toPrecision(3),
    factor.toFixed(2),
    noise.toFixed(2),
    verdict === 'same' ? '' : `${verdict}${relativeTo === undefined ? '' : ` (relative to ${relativeTo})`}`,
  ]);
  return `${alignColumns([['workload', 'before', 'after', 'factor', 'noise', ''], ...rows]).join('\n')}\n`;
}

function changeOf(workload: string, before: Measurement, after: Measurement): Change[] {
  const [ours, theirs] = [before, after].map((session) => measuredSides(session).find((side) => side.ours));
  if (ours === undefined || theirs === undefined) return [];
  const control = commonPeer(before, after);
  const drift = control === undefined ? 1 : control[1].milliseconds.median / control[0].milliseconds.median;
  const factor = theirs.milliseconds.median / ours.milliseconds.median / drift;
  const measured = [ours, theirs, ...(control ?? [])];
  const error = Math.hypot(...measured.map(({ milliseconds }) => relativeError(milliseconds)));
  const noise = DRIFT + ERRORS * error;
  return [
    {
      workload,
      before: ours.milliseconds.median,
      after: theirs.milliseconds.median,
      factor,
      ...(control && { relativeTo: control[0].label }),
      noise,
      verdict: factor > 1 + noise ? 'slower' : factor < 1 / (1 + noise) ? 'faster' : 'same',
    },
  ];
}

function commonPeer(before: Measurement, after: Measurement): readonly [MeasuredSide, MeasuredSide] | undefined {
  for (const earlier of measuredSides(before).filter((side) => !side.ours)) {
    const later = measuredSides(after).find(({ label }) => label === earlier.label);
    if (later !== undefined) return [earlier, later];
  }
  return undefined;
}

/** What a measurement is of: two with one key may be compared. */
export function keyOf({ workload, mode, sizes, threads }: Measurement): string {
  const parts = Object.entries(sizes).map(([name, value]) => `${name} ${value}`);
  return `${workload} ${mode} ${parts.join(' ')} ${threads} threads`;
}
