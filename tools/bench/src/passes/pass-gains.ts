import type { Measurement } from '../measurement';
import { measuredSides } from '../measurement';

/** The compiled engine of one workload with all passes, and without each of them: a line of a results file. */
export interface PassGains extends Measurement {
  readonly kind: 'passes';
}

/** What a pass is worth. */
export interface PassGain {
  /** Of a pass, or `all`. */
  readonly pass: string;
  /** Time of a step without it, as a multiple of the time with all passes. */
  readonly factor: number;
  /** Of the step's graphs, without it. */
  readonly nodes: number;
}

/** A workload's passes in the order in which they run; `all`, which is none of them, comes first. */
export function gainsOf(line: PassGains): { readonly milliseconds: number; readonly nodes: number; readonly gains: readonly PassGain[] } {
  const [own, ...others] = measuredSides(line);
  const gains = others.map(({ label, milliseconds, results }) => ({
    pass: label.slice(label.indexOf(' ') + 1),
    factor: milliseconds.median / own.milliseconds.median,
    nodes: results.nodes,
  }));
  return { milliseconds: own.milliseconds.median, nodes: own.results.nodes, gains };
} // prettier-ignore
