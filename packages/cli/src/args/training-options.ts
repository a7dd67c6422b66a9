import { choice, flag, grouped, integer, mapping, number, text, texts } from './option';

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

/** How to train. */
export const trainingOptions = {
  ...engineOptions,
  ...grouped('Training', {
    epochs: integer('most passes over the rows', { min: 1 }),
    batchSize: integer('rows of one step', { min: 1 }),
    optimizer: choice(['adam', 'adamw', 'sgd', 'adagrad'], 'how dense weights are updated (default adam)'),
    learningRate: number('of the optimizer', positive),
    weightDecay: number('of adamw', { min: 0 }),
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
    clipNorm: number('largest global norm of the gradients', positive),
    classWeights: texts('<no,yes>', 'factors of the loss of the two labels, such as 1,5'),
    schedule: mapping(
      '<kind=...,...>',
      'learning rate over time: cosine, one-cycle, plateau, kind=step,every=1000,factor=0.5, kind=exponential,decay=0.999; each with warmUpSteps=N',
      'kind',
    ),
    monitor: choice(metrics, 'metric that stops and picks the best epoch (default auc)'),
    patience: integer('epochs without improvement before stopping', { min: 1 }),
    seed: integer('of weights, shuffling, dropout and splits (default 2021)', { min: 0 }),
  }),
};

/** Published settings instead of options. */
export const presetOptions = grouped('Preset', {
  preset: text('<name>', 'published model, settings and fields: see `ctrflow presets`; other options win'),
  data: text('<folder>', 'where the files of the preset lie: train, valid and test, as .csv, .csv.gz or .parquet'),
});

/** Where a training begins and where it ends up. */
export const runOptions = grouped('Run', {
  out: text('<folder>', 'where the run is written'),
  initFrom: text('<run>', 'begin with the weights of an earlier run; new values get new rows'),
  checkpointSeconds: number('time between checkpoints within an epoch (default 300)', positive),
  resume: flag('go on with an interrupted run in --out'),
});
