import { ConfigError, TrainingError, checkOneOf, expected } from '@ctrflow/core';
import type { FeatureSchema } from '@ctrflow/features';
import { isBetterMetric, metricGoal } from '@ctrflow/metrics';
import { metricNames } from './evaluate';
import type { Evaluation } from './fit-options';

/**
 * Refuses what no evaluation will have: an unknown metric, `gauc` without groups, a sum of metrics that are not all maximized or all minimized.
 *
 * @throws ConfigError
 */
export function checkMonitor(monitor: unknown, { spec }: FeatureSchema): string {
  if (typeof monitor !== 'string') throw new ConfigError(expected('fit', 'the name of a metric for monitor', monitor));
  const names = monitor.split('+');
  for (const name of names) {
    checkOneOf('fit', 'monitor', name, metricNames);
    if (name !== 'gauc' || spec.group !== undefined) continue;
    const hint = 'declare the column of the groups in the schema (group), or watch auc';
    throw new ConfigError(expected('fit', 'a schema with a group for monitor gauc', 'one without', hint));
  }
  const goal = metricGoal(names[0]);
  if (names.every((name) => metricGoal(name) === goal) && (names.length === 1 || goal !== 'near-one')) return monitor;
  const hint = 'add metrics up that are all maximized, or all minimized';
  throw new ConfigError(expected('fit', 'metrics of one direction for monitor', monitor, hint));
}

/**
 * The value that is watched: a metric, or the sum of several.
 *
 * @throws TrainingError when it is no number
 */
export function monitored(evaluation: Evaluation, monitor: string, epoch: number): number {
  const value = monitor.split('+').reduce((sum, name) => sum + (evaluation[name] ?? NaN), 0);
  if (!Number.isNaN(value)) return value;
  const hint = 'gauc needs a group of the validation rows that has both labels; watch auc, or choose another split';
  throw new TrainingError(expected('fit', `a number for monitor ${monitor} after epoch ${epoch}`, value, hint));
}

/** Whether a watched value is better than the best one before. */
export function isBetter(monitor: string, value: number, best: number): boolean {
  return isBetterMetric(metricGoal(monitor.split('+')[0]), value, best);
}
