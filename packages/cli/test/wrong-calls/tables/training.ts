import { scoreTargets } from '@ctrflow/training';
import type { Functions } from '../call';
import { data, model, scoredRows } from '../given';

const rows = data.train;
const targets = await scoreTargets(model, rows);
const predicting = {
  options: [{}, undefined],
  'options.batchSize': [5],
  'options.engine': [],
  'options.onProgress': [() => 1],
};

export const training: Functions = {
  fit: { model: [model], data: [data], options: [{ epochs: 1 }, undefined, {}], 'options.optimizer': [], 'options.tableOptimizer': [], 'options.engine': [], 'options.run': [], 'options.monitor': [], 'options.schedule': [], 'options.l2': [{}], 'options.classWeights': [], 'options.clipNorm': [5], 'options.batchSize': [5], 'options.epochs': [undefined, 5], 'options.seed': [5], 'options.patience': [5], 'options.callbacks': [[]], 'options.signal': [], 'options.profile': [true] },
  evaluate: { model: [model], rows: [rows], ...predicting, 'options.negativeKeepRate': [] },
  metricsOf: { scored: [scoredRows] },
  predict: { model: [model], rows: [rows], ...predicting, 'options.negativeKeepRate': [] },
  predictTargets: { model: [model], rows: [rows], ...predicting, 'options.negativeKeepRate': [] },
  scoreTargets: { model: [model], rows: [rows], ...predicting, 'options.negativeKeepRate': [] },
  metricsOfTargets: { scored: [targets, {}], schema: [data.schema], metrics: [[], undefined] },
  scoreRows: { model: [model], rows: [rows], ...predicting, 'options.negativeKeepRate': [] },
  permutationImportance: { model: [model], rows: [rows], ...predicting, 'options.repeats': [5], 'options.maxRows': [5], 'options.seed': [5] },
  eagerEngine: { options: [{}, undefined], 'options.backend': [] },
  adagrad: { learningRate: [0.1, 5] },
  adam: { learningRate: [0.1, 5], options: [{}, undefined], 'options.beta1': [], 'options.beta2': [], 'options.epsilon': [5] },
  adamW: { learningRate: [0.1, 5], weightDecay: [0.1, undefined, 5] },
  sgd: { learningRate: [0.1, 5], momentum: [0.1, undefined] },
  PhaseClock: { now: [() => 1, undefined] },
  compiledEngine: { options: [{}, undefined], 'options.runtime': [], 'options.withoutPasses': [[]], 'options.threads': [5], 'options.providers': [[]], 'options.spinning': [true], 'options.profilePrefix': ['x'] },
  autoEngine: { options: [{}, undefined], 'options.onWarning': [() => 1], 'options.runtime': [], 'options.withoutPasses': [[]], 'options.threads': [5], 'options.providers': [[]], 'options.spinning': [true], 'options.profilePrefix': ['x'] },
}; // prettier-ignore

export const trainingNode: Functions = {
  requireRunFolder: { folder: ['run', 'x'], options: [{}, undefined], 'options.resume': [true], 'options.others': [[]] },
  runFolder: { folder: ['run', 'x'], options: [{}, undefined], 'options.resume': [true], 'options.checkpointSeconds': [5], 'options.onWarning': [() => 1] },
}; // prettier-ignore
