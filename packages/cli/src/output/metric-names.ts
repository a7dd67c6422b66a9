import { recordOf } from '@ctrflow/core';
import type { Evaluation } from '@ctrflow/training';

/** `purchase.auc` as target and metric; a metric of the only target has no name of a target before it. */
export function splitMetric(name: string): readonly [target: string, metric: string] {
  const at = name.lastIndexOf('.');
  return [name.slice(0, Math.max(0, at)), name.slice(at + 1)];
}

/** Names of the targets that an evaluation tells apart; none where there is one only. */
export function targetsIn(evaluation: Evaluation): readonly string[] {
  const targets = Object.keys(evaluation).map((name) => splitMetric(name)[0]);
  return [...new Set(targets)].filter((target) => target !== '');
}

/** The metrics of one target under their own names. */
export function metricsOfTarget(evaluation: Evaluation, target: string): Evaluation {
  const metrics = Object.entries(evaluation).map(([name, value]) => [...splitMetric(name), value] as const);
  return recordOf(
    metrics.filter(([of]) => of === '' || of === target).map(([, metric, value]): [string, number] => [metric, value]),
  );
}

/** The metric that stands for a target in a line: the first of these that it has. */
export function headline(metrics: Evaluation): readonly [name: string, value: number] {
  const name = ['auc', 'rmse', 'logLoss'].find((candidate) => Object.hasOwn(metrics, candidate)) ?? 'loss';
  return [titleOf(name), metrics[name]];
}

/** How a metric is called in a line. */
export function titleOf(metric: string): string {
  return metric === 'auc' ? 'AUC' : metric === 'logLoss' ? 'log loss' : metric;
}
