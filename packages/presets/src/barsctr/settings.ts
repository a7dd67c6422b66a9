import type { PresetTraining } from '../preset';

/** What a preset says of its training; the rest is common to all published runs. */
export type TrainingSettings = Pick<
  PresetTraining,
  'batchSize' | 'learningRate' | 'patience' | 'l2Embedding' | 'seed'
> &
  Partial<Pick<PresetTraining, 'l2Net' | 'monitor'>>;

/** FuxiCTR's training: Adam on every row, the learning rate divided by 10 after every evaluation without improvement, not below 1e-6; gradients clipped to the norm 10. */
export function training({ l2Net = 0, monitor = 'auc', ...settings }: TrainingSettings): PresetTraining {
  return {
    ...settings,
    ...{ l2Net, monitor, epochs: 100, tableOptimizer: 'dense-adam', clipNorm: 10 },
    schedule: { kind: 'plateau', factor: 0.1, minFactor: 1e-6 / settings.learningRate },
  };
}

/** What holds of every preset of this source. */
export const commonNotes: readonly string[] = [
  'The published run was chosen on the test rows, out of a grid.',
  'Ours has rows for missing and unknown values; the number of parameters can differ by them.',
];

/** The published plain network, which is not the one published under the name DNN (that one has two). */
export const dlrmNote =
  'Published as DLRM with the interaction "cat", which without numeric fields is the plain network.';
