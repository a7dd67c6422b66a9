import type { Machine } from '../machine';
import type { Summary } from '../statistics';
import type { SampleUnit, Sizes } from '../workload';

/** What is varied. */
export const scalingAxes = ['vocab', 'batch', 'fields', 'history', 'threads', 'rows'] as const;
export type ScalingAxis = (typeof scalingAxes)[number];

/** Our side at one size. */
export interface ScalingPoint {
  readonly x: number;
  readonly milliseconds: Summary;
  /** What the theory gives, through the middle of the measured points. */
  readonly expectedMilliseconds: number;
  readonly cpuMilliseconds?: number;
  /** Since the start of the process, preparation included. */
  readonly peakMegabytes?: number;
}

/** How a workload's time grows with one size: a line of a results file. */
export interface Scaling {
  readonly kind: 'scaling';
  readonly of: ScalingAxis;
  readonly workload: string;
  readonly mode: string;
  /** Our side: `ctrflow/compiled`, for instance. */
  readonly label: string;
  readonly unit: SampleUnit;
  /** What x is, in words. */
  readonly x: string;
  /** Sizes that stay. */
  readonly sizes: Sizes;
  /** Absent where they are what is varied. */
  readonly threads?: number;
  readonly points: readonly ScalingPoint[];
  /** Of the times, of what the theory gives at the same sizes, and of the peak of memory. */
  readonly exponents: { readonly measured: number; readonly expected: number; readonly memory?: number };
  /** What the theory is, as a sentence. */
  readonly theory: string;
  /** Sizes that were left out, and why. */
  readonly leftOut: readonly string[];
  readonly load: { readonly before: number; readonly after: number };
  readonly when: string;
  readonly machine: Machine;
  readonly quick: boolean;
}
