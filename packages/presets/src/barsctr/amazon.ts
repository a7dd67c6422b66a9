import type { Preset, PresetDataSet } from '../preset';
import { commonNotes, training } from './settings';
import type { TrainingSettings } from './settings';

const history = { kind: 'sequence', maxLength: 100, keep: 'last' } as const;

const dataSet: PresetDataSet = {
  name: 'amazonelectronics_x1',
  summary: 'Amazon Electronics: is a product reviewed next? An item, its category, and the histories of both',
  numRows: { train: 2_608_764, valid: 384_806, test: 384_806 },
  validIsTest: true,
  fields: [
    { name: 'item_id', kind: 'categorical' },
    { name: 'cate_id', kind: 'categorical' },
    { name: 'item_history', shareTable: 'item_id', ...history },
    { name: 'cate_history', shareTable: 'cate_id', ...history },
  ],
  group: 'user_id',
};

const common: Omit<TrainingSettings, 'l2Embedding'> = {
  ...{ batchSize: 1024, learningRate: 5e-4, patience: 2, monitor: 'auc+gauc', seed: 20_222_023 },
};
const hiddenUnits = [1024, 512, 256];
const named = (model: string) => ({ name: `barsctr/amazonelectronics_x1/${model}`, dataSet, model });
const notes = [
  'The published result stopped early on the test rows.',
  'Published with the seed 20222023 or 2022 and with the monitor AUC + GAUC or GAUC; which of them belongs to this model is not.',
  'The largest number of epochs and the least count of a value are not published: early stopping decides, every value counts.',
  'In a linear term a history and its target share weights; the reference gives each its own.',
  ...commonNotes,
];

/** BARS, AmazonElectronics_x1. */
export const amazonPresets: readonly Preset[] = [
  {
    ...named('fm'),
    modelOptions: { embeddingDim: 64 },
    training: training({ ...common, l2Embedding: 5e-7, l2Net: 5e-7 }),
    published: { auc: 0.848518, gauc: 0.849405, logLoss: 0.506075, parameters: 4_211_197 },
    notes,
  },
  {
    ...named('deepfm'),
    modelOptions: { embeddingDim: 64, hiddenUnits, dropout: 0.1, batchNorm: true },
    training: training({ ...common, l2Embedding: 0.005 }),
    published: { auc: 0.881583, gauc: 0.87889, logLoss: 0.437653, parameters: 5_134_334 },
    notes,
  },
  {
    ...named('dnn'),
    modelOptions: { embeddingDim: 64, hiddenUnits, dropout: 0, batchNorm: true },
    training: training({ ...common, l2Embedding: 0.005 }),
    published: { auc: 0.881546, gauc: 0.878957, logLoss: 0.44011, parameters: 5_006_721 },
    notes,
  },
];
