import { checkFunction } from '@ctrflow/core';

/**
 * What a training spends its time on, in the order in which it comes up: `read`, `fit-schema` and `encode` are of the data set, all others of `fit`.
 *
 * - `set-up`: preparing the engine, opening the run;
 * - `shuffle`: waiting for the next batch: order, cut, and reading where the rows lie in encoded files;
 * - `gather`: feeds of the batch, the lookup of table rows included;
 * - `compile`: recording, rewriting and loading a program;
 * - `graph`: forward, backward and the dense optimizer;
 * - `tables`: gradients summed by row and the optimizer of the tables;
 * - `score`: predictions of evaluations, from their rows to their logits;
 * - `metrics`, `checkpoint`; `other`: callbacks and all that no other name fits.
 */
export const phases = [
  'read', 'fit-schema', 'encode', 'set-up', 'shuffle', 'gather', 'compile', 'graph', 'tables', 'score', 'metrics', 'checkpoint', 'other',
] as const; // prettier-ignore
export type Phase = (typeof phases)[number];

/** Time of one phase. */
export interface PhaseTime {
  readonly phase: Phase;
  readonly seconds: number;
  /** Of the whole, 0 to 1. */
  readonly share: number;
}

/** Where the time went: every phase, in the order of {@link phases}; their seconds add up to the whole. Plain JSON. */
export interface Profile {
  readonly seconds: number;
  readonly phases: readonly PhaseTime[];
}

/**
 * Divides the time since its creation among phases. Work is done in turn, so that one look at the clock between two phases is enough: what has passed since the
 * last one belongs to the phase that has just ended. That costs less than a microsecond a look, some six of them a step.
 *
 * @example
 * const clock = new PhaseClock();
 * await fit(model, data, { profile: clock });
 * clock.profile().phases; // [{ phase: 'graph', seconds: 12.3, share: 0.61 }, ...]
 */
export class PhaseClock {
  private readonly milliseconds = new Map<Phase, number>(phases.map((phase) => [phase, 0]));
  private last: number;

  /** @param now a clock in milliseconds that never goes back */
  constructor(private readonly now: () => number = () => performance.now()) {
    this.last = checkFunction('PhaseClock', 'now', now)();
  }

  /** Ends a phase: gives it what has passed since the end of the last one. */
  lap(phase: Phase): void {
    const now = this.now();
    this.milliseconds.set(phase, this.milliseconds.get(phase)! + now - this.last);
    this.last = now;
  }

  /** All phases up to the last lap. */
  profile(): Profile {
    const total = [...this.milliseconds.values()].reduce((sum, time) => sum + time, 0);
    const times = [...this.milliseconds].map(([phase, time]) => ({ phase, seconds: time / 1000, share: total === 0 ? 0 : time / total })); // prettier-ignore
    return { seconds: total / 1000, phases: times };
  }
}
