import { mergeRecords } from '@ctrflow/core';
import { fitNumbers } from '@ctrflow/training/options';
import type { OptionRule, OptionRules } from './option-rules';
import { choice, declared, flag, grouped, integer, mapping, number, text, texts } from './option';

const positive = { min: 0, exclusive: true };

/** What an evaluation has, and early stopping may watch. */
const metrics = [
  'auc',
  'gauc',
  'auc+gauc',
  'logLoss',
  'prAuc',
  'normalizedEntropy',
  'brier',
  'ece',
  'calibration',
] as const;

/** What runs the model. */
export const engineOptions = grouped('Engine', {
  engine: text(
    '<name>',
    'auto, compiled, eager, or eager/NAME for one tfjs backend (default auto: the best installed)',
  ),
  threads: integer('threads of the compiled engine (default: physical cores)', { min: 1 }),
});

/** Which of them need others. */
export const engineRules: OptionRules = {
  threads: {
    needs: { engine: [undefined, 'auto', 'compiled'] },
    hint: 'leave out --threads: tfjs has no such setting',
  },
};

/** How to train. */
export const trainingOptions = {
  ...engineOptions,
  ...grouped('Training', {
    epochs: declared(fitNumbers.epochs),
    batchSize: declared(fitNumbers.batchSize),
    optimizer: choice(['adam', 'adamw', 'sgd', 'adagrad'], 'how dense weights are updated (default adam)'),
    learningRate: number('of dense weights and embeddings (default 0.001; with sgd or adagrad 0.01)', positive),
    weightDecay: number('of adamw (default 0.01)', { min: 0 }),
    tableOptimizer: choice(
      ['lazy-adam', 'adagrad', 'rowwise-adagrad', 'ftrl', 'sgd', 'dense-adam'],
      'how embedding rows are updated (default lazy-adam)',
    ),
    l2: number('L2 decay of all weights', { min: 0 }),
    l2Net: number('L2 decay of the network (instead of --l2)', { min: 0 }),
    l2Embedding: number('L2 decay of embeddings (instead of --l2)', { min: 0 }),
    l2MiniBatchAware: number('L2 decay of the embedding rows of a batch, divided by how often they occur (DIN)', {
      min: 0,
    }),
    clipNorm: declared(fitNumbers.clipNorm),
    classWeights: texts('<no,yes>', 'factors of the loss of the two labels, such as 1,5'),
    schedule: mapping(
      '<kind=...,...>',
      'learning rate over time: cosine, one-cycle, plateau, kind=step,every=1000,factor=0.5, kind=exponential,decay=0.999; each with warmUpSteps=N',
      'kind',
    ),
    monitor: choice(metrics, 'metric that stops and picks the best epoch (default auc)'),
    patience: declared(fitNumbers.patience),
    seed: declared(
      fitNumbers.seed,
      `of weights, shuffling and dropout (default ${fitNumbers.seed.default}); parts have --split seed=...`,
    ),
  }),
};

/** Which of them need others. */
export const trainingRules: OptionRules = mergeRecords<OptionRule>(engineRules, {
  weightDecay: { needs: { optimizer: ['adamw'] }, hint: 'use --l2 with the others' },
  l2: { idleWith: { l2Net: true, l2Embedding: true }, hint: 'leave out --l2' },
});

/** Published settings instead of options. */
export const presetOptions = grouped('Preset', {
  preset: text('<name>', 'published model, settings and fields: see `ctrflow presets`; other options win'),
  data: text('<folder>', 'where the files of the preset lie: train, valid and test, as .csv, .csv.gz or .parquet'),
});

/** Which of them need others. */
export const presetRules: OptionRules = {
  data: { needs: { preset: true }, hint: 'see `ctrflow presets`, or give a file' },
};

/** Where a training begins and where it ends up. */
export const runOptions = grouped('Run', {
  out: text('<folder>', 'where the run is written'),
  initFrom: text('<run>', 'begin with the weights of an earlier run; new values get new rows'),
  checkpointSeconds: number('time between checkpoints within an epoch (default 300)', positive),
  resume: flag('go on with an interrupted run in --out'),
});

/** Which of them need others. */
export const runRules: OptionRules = {
  checkpointSeconds: { needs: { out: true }, hint: 'give --out FOLDER, where checkpoints are kept' },
  resume: { needs: { out: true }, hint: 'give --out FOLDER, that of the run' },
};
