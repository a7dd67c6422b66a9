import type { Preset, PresetDataSet } from '../preset';
import { commonNotes, dlrmNote, training } from './settings';
import type { TrainingSettings } from './settings';

const dataSet: PresetDataSet = {
  name: 'frappe_x1',
  summary: 'Frappe: is an app used in a context? 10 categorical fields',
  numRows: { train: 202_027, valid: 57_722, test: 28_860 },
  validIsTest: false,
  fields: 10,
};

const common: Omit<TrainingSettings, 'l2Embedding'> = { batchSize: 4096, learningRate: 1e-3, patience: 2, seed: 2021 };
const hiddenUnits = [400, 400, 400];
const named = (model: string) => ({ name: `barsctr/frappe_x1/${model}`, dataSet, model });

/** BARS, Frappe_x1. */
export const frappePresets: readonly Preset[] = [
  {
    ...named('lr'),
    modelOptions: { embeddingDim: 10 },
    training: training({ ...common, l2Embedding: 1e-5, l2Net: 1e-5 }),
    published: { auc: 0.935584, logLoss: 0.307643, parameters: 5390 },
    notes: commonNotes,
  },
  {
    ...named('fm'),
    modelOptions: { embeddingDim: 10 },
    training: training({ ...common, l2Embedding: 5e-6, l2Net: 5e-6 }),
    published: { auc: 0.967108, logLoss: 0.206515, validSelectedAuc: 0.967108, parameters: 59_280 },
    notes: commonNotes,
  },
  {
    ...named('deepfm'),
    modelOptions: { embeddingDim: 10, hiddenUnits, batchNorm: true, dropout: 0.2, linearBias: false },
    training: training({ ...common, l2Embedding: 0.05 }),
    published: {
      ...{ auc: 0.984243, logLoss: 0.148174, validSelectedAuc: 0.984243, parameters: 423_280 },
      fiveSeeds: { auc: 0.983947, stdDev: 0.000161 },
    },
    notes: commonNotes,
  },
  {
    ...named('dnn'),
    modelOptions: { embeddingDim: 10, hiddenUnits, batchNorm: true, dropout: 0.4 },
    training: training({ ...common, l2Embedding: 0.1 }),
    published: { auc: 0.983995, logLoss: 0.144441, validSelectedAuc: 0.983995, parameters: 417_891 },
    notes: [dlrmNote, ...commonNotes],
  },
  {
    ...named('masknet'),
    modelOptions: {
      ...{ embeddingDim: 10, structure: 'parallel', blockUnits: [50, 50, 50], reductionRatio: 2, hiddenUnits },
      ...{ embeddingNorm: false, blockNorm: true, dropout: 0.1 },
    },
    training: training({ ...common, l2Embedding: 0.1 }),
    published: { auc: 0.983683, logLoss: 0.16958, validSelectedAuc: 0.983044, parameters: 571_691 },
    notes: commonNotes,
  },
];
