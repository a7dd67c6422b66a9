import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, emptyRecord } from '@ctrflow/core';

/**
 * How the learning rate changes over steps, as a factor of the optimizer's. `t` counts the updates that are done, those of a warm-up left out: 0 at the first
 * step. `totalSteps` counts the warm-up too, and is by default all steps of the training, as many epochs as it may have; after them a schedule stays where it
 * has arrived.
 */
export type Schedule =
  | { readonly kind: 'constant' }
  /** `factor^floor(t / every)`. */
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  /** `decay^t`. */
  | { readonly kind: 'exponential'; readonly decay: number }
  /** From 1 along half a cosine to `minFactor` (default 0). */
  | { readonly kind: 'cosine'; readonly totalSteps?: number; readonly minFactor?: number }
  /** From 1/25 up to 1 at 30 % of the steps, then down to 1e-4, along cosines (Smith, Topin 2019). */
  | { readonly kind: 'one-cycle'; readonly totalSteps?: number }
  /** Multiplies by `factor` (default 0.1) at every evaluation without improvement, not below `minFactor` (default 1e-3), as FuxiCTR. */
  | { readonly kind: 'plateau'; readonly factor?: number; readonly minFactor?: number };

/** A schedule before which the factor rises linearly over `warmUpSteps` steps: `step / warmUpSteps`, steps counted from 1. */
export type WarmedSchedule = Schedule & { readonly warmUpSteps?: number };

/** Names of the schedules. */
export const scheduleNames: readonly Schedule['kind'][] = [
  'constant',
  'step',
  'exponential',
  'cosine',
  'one-cycle',
  'plateau',
];

/**
 * The factor of the learning rate at a step, counted from 1.
 *
 * @param numPlateaus - evaluations without improvement so far
 * @throws ConfigError for a cosine or a cycle without `totalSteps`: what fills it in is `fit`
 */
export function scheduleFactor(schedule: WarmedSchedule, step: number, numPlateaus: number): number {
  const { warmUpSteps = 0 } = schedule;
  if (step <= warmUpSteps) return step / warmUpSteps;
  const at = step - 1 - warmUpSteps;
  const progress = (): number => {
    const { totalSteps } = schedule as { readonly totalSteps?: number };
    return at / Math.max(1, positiveInteger('schedule.totalSteps', totalSteps) - warmUpSteps);
  };
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(at / schedule.every);
    case 'exponential':
      return schedule.decay ** at;
    case 'cosine':
      return cosine(1, schedule.minFactor ?? 0, progress());
    case 'one-cycle': {
      const done = progress();
      return done < 0.3 ? cosine(1 / 25, 1, done / 0.3) : cosine(1, 1e-4, (done - 0.3) / 0.7);
    }
    case 'plateau':
      return Math.max(schedule.minFactor ?? 1e-3, (schedule.factor ?? 0.1) ** numPlateaus);
  }
}

const positiveInteger = (name: string, value: unknown): number => checkInteger('fit', name, value, { min: 1 });
const factor = (name: string, value: unknown): number => checkNumber('fit', name, value, { min: 0, max: 1 });

/** What each schedule has besides its kind and `warmUpSteps`, and whether it has to be given. */
const parameters: Readonly<
  Record<Schedule['kind'], Readonly<Record<string, { check: typeof factor; optional?: boolean }>>>
> = {
  constant: emptyRecord(),
  step: { every: { check: positiveInteger }, factor: { check: factor } },
  exponential: { decay: { check: factor } },
  cosine: { totalSteps: { check: positiveInteger, optional: true }, minFactor: { check: factor, optional: true } },
  'one-cycle': { totalSteps: { check: positiveInteger, optional: true } },
  plateau: { factor: { check: factor, optional: true }, minFactor: { check: factor, optional: true } },
};

/** @throws ConfigError for a schedule that cannot be followed: an unknown kind, a parameter that is missing, out of range, or of another schedule */
export function checkSchedule(schedule: WarmedSchedule): void {
  const kind = checkOneOf('fit', 'schedule', schedule.kind, scheduleNames);
  const given = schedule as Readonly<Record<string, unknown>>;
  checkKnownOptions(`fit: ${kind} schedule`, schedule, ['kind', ...Object.keys(parameters[kind]), 'warmUpSteps']);
  if (given.warmUpSteps !== undefined) checkInteger('fit', 'schedule.warmUpSteps', given.warmUpSteps, { min: 0 });
  for (const [name, { check, optional }] of Object.entries(parameters[kind]))
    if (optional !== true || given[name] !== undefined) check(`schedule.${name}`, given[name]);
}

/** The schedule with `totalSteps` where it has to have them and does not say how many. */
export function withTotalSteps(schedule: WarmedSchedule, totalSteps: number): WarmedSchedule {
  const { kind } = schedule;
  return kind === 'cosine' || kind === 'one-cycle' ? { totalSteps, ...schedule } : schedule;
}

function cosine(from: number, to: number, progress: number): number {
  return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, progress))));
}
