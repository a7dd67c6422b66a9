import { ConfigError, expected } from '@ctrflow/core';

/** Which values of a metric are best: large ones, small ones, or those near 1. */
export type MetricGoal = 'maximize' | 'minimize' | 'near-one';

const goals: ReadonlyMap<string, MetricGoal> = new Map([
  ['auc', 'maximize'],
  ['gauc', 'maximize'],
  ['prAuc', 'maximize'],
  ['logLoss', 'minimize'],
  ['normalizedEntropy', 'minimize'],
  ['brier', 'minimize'],
  ['ece', 'minimize'],
  ['calibration', 'near-one'],
]);

/**
 * What is best of a metric of an evaluation, by its name: the one place that says so. Names that end in Loss are minimized.
 *
 * @throws ConfigError for a name that no metric has
 */
export function metricGoal(name: string): MetricGoal {
  const goal = name.endsWith('Loss') ? 'minimize' : goals.get(name);
  if (goal !== undefined) return goal;
  throw new ConfigError(expected('metricGoal', `one of ${[...goals.keys()].join(', ')}`, name));
}

/** Whether a value is better than another one. Near 1 is measured as a ratio: a half is as far from it as 2. */
export function isBetterMetric(goal: MetricGoal, value: number, than: number): boolean {
  if (goal === 'maximize') return value > than;
  return goal === 'minimize' ? value < than : Math.abs(Math.log(value)) < Math.abs(Math.log(than));
}
