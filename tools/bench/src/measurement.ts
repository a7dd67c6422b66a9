import type { Machine } from './machine';
import type { Summary } from './statistics';
import type { SampleUnit, Sizes } from './workload';

/** What a side has shown. */
export type SideResult =
  | { readonly label: string; readonly ours: boolean; readonly skipped: string }
  | {
      readonly label: string;
      readonly ours: boolean;
      readonly info: Readonly<Record<string, string | number>>;
      /** From the start of its preparation to its being ready: recording, compiling, filling tables. */
      readonly setupSeconds: number;
      /** Of one sample. */
      readonly milliseconds: Summary;
      /** Processor time of one sample: process, threads, children, and what stands between two samples. */
      readonly cpuMilliseconds?: number;
      /** Since the start of the process, preparation included. */
      readonly peakMegabytes?: number;
      /** What came out of the last sample. */
      readonly results: Readonly<Record<string, number>>;
    };

/** A side that ran. */
export type MeasuredSide = Extract<SideResult, { readonly milliseconds: Summary }>;

/** One workload, all its sides: a line of a results file. */
export interface Measurement {
  readonly workload: string;
  readonly unit: SampleUnit;
  readonly mode: string;
  readonly sizes: Sizes;
  readonly rowsPerSample: number;
  readonly gigaflopPerSample?: number;
  /** Memory traffic that no implementation can avoid. */
  readonly gigabytesPerSample?: number;
  readonly threads: number;
  /** Null where nothing could be pinned. */
  readonly processors: readonly number[] | null;
  readonly load: { readonly before: number; readonly after: number };
  readonly when: string;
  readonly machine: Machine;
  readonly sides: readonly SideResult[];
  /** What the machine can do at most, measured in the same session. */
  readonly roofline?: Roofline;
  /** Whether the sizes are those that only show that everything runs. */
  readonly quick?: boolean;
}

/** The best that any library has reached, with the same threads on the same processors. */
export interface Roofline {
  /** Absent without the peers' environment. */
  readonly gigaflopsPerSecond?: number;
  /** Read and written. */
  readonly gigabytesPerSecond: number;
}

/** Sides that ran. */
export function measuredSides({ sides }: Measurement): MeasuredSide[] {
  return sides.filter((side): side is MeasuredSide => 'milliseconds' in side);
}

/** The peer that a side is a variant of: `torch` of `torch/compile`. */
export function peerOf(label: string): string {
  return label.split('/')[0];
}

/** How many times as fast as a peer's fastest side we are: ratio of the medians, for each peer that ran. */
export interface SpeedUp {
  readonly ours: MeasuredSide;
  readonly peer: MeasuredSide;
  readonly factor: number;
}

/** None where our side was skipped. */
export function speedUps(measurement: Measurement): SpeedUp[] {
  const measured = measuredSides(measurement);
  const ours = measured.find((side) => side.ours);
  if (ours === undefined || measurement.unit === 'limit') return [];
  const fastest = new Map<string, MeasuredSide>();
  for (const side of measured) {
    const [peer] = side.label.split('/');
    const known = fastest.get(peer);
    if (!side.ours && (known === undefined || side.milliseconds.median < known.milliseconds.median))
      fastest.set(peer, side);
  }
  return [...fastest.values()].map((peer) => ({
    ours,
    peer,
    factor: peer.milliseconds.median / ours.milliseconds.median,
  }));
}
