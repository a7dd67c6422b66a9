import { ConfigError, checkOneOf, checkText, expected } from '@ctrflow/core';
import { allMetrics } from './metric';
import type { AnyMetric } from './metric';

/** Which values of a metric are best: large ones, small ones, or those near 1. */
export type MetricGoal = 'maximize' | 'minimize' | 'near-one';

/**
 * What is best of a metric of an evaluation, by its name, which may say the target (`purchase.auc`). Names that end in Loss are minimized.
 *
 * @param metrics - those of the user besides
 * @throws ConfigError for a name that no metric has
 */
export function metricGoal(name: string, metrics: readonly AnyMetric[] = []): MetricGoal {
  const own = checkText('metricGoal', 'name', name).slice(name.lastIndexOf('.') + 1);
  const known = [...metrics, ...allMetrics];
  const goal = known.find((metric) => metric.name === own)?.better ?? (own.endsWith('Loss') ? 'minimize' : undefined);
  if (goal !== undefined) return goal;
  const names = [...new Set(known.map((metric) => metric.name))];
  throw new ConfigError(expected('metricGoal', `one of ${names.join(', ')}`, name));
}

/** Whether a value is better than another one. Near 1 is measured as a ratio: a half is as far from it as 2. */
export function isBetterMetric(goal: MetricGoal, value: number, than: number): boolean {
  checkOneOf('isBetterMetric', 'goal', goal, ['maximize', 'minimize', 'near-one']);
  for (const [name, number] of [
    ['value', value],
    ['than', than],
  ] as const)
    if (typeof number !== 'number') throw new ConfigError(expected('isBetterMetric', `a number for ${name}`, number));
  if (goal === 'maximize') return value > than;
  return goal === 'minimize' ? value < than : Math.abs(Math.log(value)) < Math.abs(Math.log(than));
}
