import { ConfigError, checkOneOf, expected } from '@ctrflow/core';

/** How the learning rate changes over steps, as a factor of the optimizer's. */
export type Schedule =
  | { readonly kind: 'constant' }
  /** `factor^(floor(step / every))`. */
  | { readonly kind: 'step'; readonly every: number; readonly factor: number }
  /** `decay^step`. */
  | { readonly kind: 'exponential'; readonly decay: number }
  /** From 1 along half a cosine to `minFactor` (default 0) at `totalSteps`. */
  | { readonly kind: 'cosine'; readonly totalSteps: number; readonly minFactor?: number }
  /** From 1/25 up to 1 at 30 % of `totalSteps`, then down to 1e-4, along cosines (Smith, Topin 2019). */
  | { readonly kind: 'one-cycle'; readonly totalSteps: number }
  /** Multiplies by `factor` (default 0.1) at every evaluation without improvement, not below `minFactor` (default 1e-3), as FuxiCTR. */
  | { readonly kind: 'plateau'; readonly factor?: number; readonly minFactor?: number };

/** A schedule that rises linearly from 0 over its first `warmUpSteps` steps. */
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
 */
export function scheduleFactor(schedule: WarmedSchedule, step: number, numPlateaus: number): number {
  const { warmUpSteps = 0 } = schedule;
  if (step <= warmUpSteps) return step / warmUpSteps;
  const at = step - 1 - warmUpSteps;
  switch (schedule.kind) {
    case 'constant':
      return 1;
    case 'step':
      return schedule.factor ** Math.floor(at / schedule.every);
    case 'exponential':
      return schedule.decay ** at;
    case 'cosine':
      return cosine(1, schedule.minFactor ?? 0, at / Math.max(1, schedule.totalSteps - warmUpSteps));
    case 'one-cycle': {
      const progress = at / schedule.totalSteps;
      return progress < 0.3 ? cosine(1 / 25, 1, progress / 0.3) : cosine(1, 1e-4, (progress - 0.3) / 0.7);
    }
    case 'plateau':
      return Math.max(schedule.minFactor ?? 1e-3, (schedule.factor ?? 0.1) ** numPlateaus);
  }
}

/** @throws ConfigError for a schedule that cannot be followed */
export function checkSchedule(schedule: WarmedSchedule): void {
  checkOneOf('fit', 'schedule', schedule.kind, scheduleNames);
  const numbers = Object.entries(schedule).filter(([name]) => name !== 'kind');
  for (const [name, value] of numbers) {
    if (typeof value === 'number' && value >= 0 && Number.isFinite(value)) continue;
    throw new ConfigError(expected('fit', `a number >= 0 for ${name} of the ${schedule.kind} schedule`, value));
  }
}

function cosine(from: number, to: number, progress: number): number {
  return to + (from - to) * 0.5 * (1 + Math.cos(Math.PI * Math.min(1, Math.max(0, progress))));
}
