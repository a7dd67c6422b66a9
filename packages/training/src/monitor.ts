import { ConfigError, TrainingError, checkOneOf, expected } from '@ctrflow/core';
import type { FeatureSchema, TargetSpec } from '@ctrflow/features';
import { allMetrics, isBetterMetric, metricGoal } from '@ctrflow/metrics';
import type { AnyMetric } from '@ctrflow/metrics';
import type { CtrModel, Prediction } from '@ctrflow/model-kit';
import type { Evaluation } from './fit-options';

/** What is watched where nobody says: of the main target. */
const defaultMetric: Readonly<Record<TargetSpec['kind'], string>> = {
  binary: 'auc',
  number: 'rmse',
  class: 'logLoss',
};

/** The metric that is watched by default. */
export function defaultMonitor({ targets }: FeatureSchema): string {
  const main = targets.find((_, i) => i === 0);
  if (main === undefined) return defaultMetric.binary;
  return targets.length === 1 ? defaultMetric[main.kind] : `${main.name}.${defaultMetric[main.kind]}`;
}

/**
 * Refuses what no evaluation will have: an unknown metric, `gauc` without groups, a sum of metrics that are not all maximized or all minimized.
 *
 * @throws ConfigError
 */
export function checkMonitor(
  monitor: unknown,
  { spec, targets }: FeatureSchema,
  metrics: readonly AnyMetric[] = [],
): string {
  if (typeof monitor !== 'string') throw new ConfigError(expected('fit', 'the name of a metric for monitor', monitor));
  const names = monitor.split('+');
  const known = metricNames(targets, metrics);
  for (const name of names) {
    checkOneOf('fit', 'monitor', name, known);
    if (!/(^|\.)gauc$/.test(name) || spec.group !== undefined) continue;
    const hint = 'declare the column of the groups in the schema (group), or watch auc';
    throw new ConfigError(expected('fit', 'a schema with a group for monitor gauc', 'one without', hint));
  }
  const goal = metricGoal(names[0], metrics);
  const isOneWay = names.every((name) => metricGoal(name, metrics) === goal);
  if (isOneWay && (names.length === 1 || goal !== 'near-one')) return monitor;
  const hint = 'add metrics up that are all maximized, or all minimized';
  throw new ConfigError(expected('fit', 'metrics of one direction for monitor', monitor, hint));
}

/** @throws ConfigError when a target that is watched is predicted by no output of the model */
export function requirePredicted(model: CtrModel, predictions: readonly Prediction[], monitor: string): void {
  const predicted = predictions.map(({ target }) => target.name);
  if (model.schema.targets.length <= 1) return;
  for (const name of monitor.split('+')) {
    const target = name.slice(0, name.lastIndexOf('.'));
    if (predicted.includes(target)) continue;
    const hint = `model ${model.name} predicts ${predicted.join(', ') || 'no target'}; watch one of these, or take a model with an output for each target`;
    throw new ConfigError(expected('fit', `a target that the model predicts for monitor ${monitor}`, target, hint));
  }
}

/** Names that an evaluation may have. */
function metricNames(targets: readonly TargetSpec[], metrics: readonly AnyMetric[]): string[] {
  const ofKind = (kind: TargetSpec['kind']): string[] =>
    [...allMetrics, ...metrics].filter((metric) => metric.kind === kind).map(({ name }) => name);
  if (targets.length <= 1) return ofKind(targets.find((_, i) => i === 0)?.kind ?? 'binary');
  return targets.flatMap(({ name, kind }) => ofKind(kind).map((metric) => `${name}.${metric}`));
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
export function isBetter(monitor: string, value: number, best: number, metrics: readonly AnyMetric[] = []): boolean {
  return isBetterMetric(metricGoal(monitor.split('+')[0], metrics), value, best);
}
