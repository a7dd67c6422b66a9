import type { StepLoss } from './run-store';

/** Most points of a loss curve; then every second one is dropped. */
const MAX_POINTS = 1000;

/** Losses of steps, thinned evenly: a long training keeps a curve of at most 1000 points, the same one when it is resumed. */
export interface LossCurve {
  /** Steps that are a multiple of this are kept. */
  every: number;
  points: StepLoss[];
}

/** Adds the loss of a step. */
export function addLoss(curve: LossCurve, step: number, loss: number): void {
  if (step % curve.every !== 0) return;
  curve.points.push({ step, loss });
  if (curve.points.length <= MAX_POINTS) return;
  curve.every *= 2;
  curve.points = curve.points.filter((point) => point.step % curve.every === 0);
}
