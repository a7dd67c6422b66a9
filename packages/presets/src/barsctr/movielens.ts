import type { Preset, PresetDataSet } from '../preset';
import { commonNotes, dlrmNote, training } from './settings';
import type { TrainingSettings } from './settings';

const dataSet: PresetDataSet = {
  name: 'movielenslatest_x1',
  summary: 'MovieLens with tags: does a user give a tag to a movie? 3 categorical fields',
  numRows: { train: 1_404_801, valid: 401_373, test: 200_686 },
  validIsTest: false,
  fields: 3,
};

const common: Omit<TrainingSettings, 'l2Embedding'> = { batchSize: 4096, learningRate: 1e-3, patience: 2, seed: 2021 };
const hiddenUnits = [400, 400, 400];
const named = (model: string) => ({ name: `barsctr/movielenslatest_x1/${model}`, dataSet, model });

/** BARS, MovielensLatest_x1. */
export const movielensPresets: readonly Preset[] = [
  {
    ...named('lr'),
    modelOptions: { embeddingDim: 10 },
    training: training({ ...common, l2Embedding: 5e-6, l2Net: 5e-6 }),
    published: { auc: 0.934189, logLoss: 0.320077, validSelectedAuc: 0.934189, parameters: 90_240 },
    notes: commonNotes,
  },
  {
    ...named('fm'),
    modelOptions: { embeddingDim: 10 },
    training: training({ ...common, l2Embedding: 5e-6, l2Net: 5e-6 }),
    published: { auc: 0.943435, logLoss: 0.272893, validSelectedAuc: 0.943435, parameters: 992_630 },
    notes: commonNotes,
  },
  {
    ...named('deepfm'),
    modelOptions: { embeddingDim: 10, hiddenUnits, batchNorm: true, dropout: 0.3, linearBias: false },
    training: training({ ...common, l2Embedding: 0.01 }),
    published: {
      ...{ auc: 0.968515, logLoss: 0.213002, validSelectedAuc: 0.968515, parameters: 1_328_630 },
      fiveSeeds: { auc: 0.968223, stdDev: 0.000163 },
    },
    notes: commonNotes,
  },
  {
    ...named('dnn'),
    modelOptions: { embeddingDim: 10, hiddenUnits, batchNorm: true, dropout: 0.2 },
    training: training({ ...common, l2Embedding: 0.01 }),
    published: { auc: 0.969071, logLoss: 0.214993, validSelectedAuc: 0.969071, parameters: 1_238_391 },
    notes: [dlrmNote, ...commonNotes],
  },
  {
    ...named('masknet'),
    modelOptions: {
      ...{ embeddingDim: 10, structure: 'serial', blockUnits: hiddenUnits, hiddenUnits: [], reductionRatio: 4 },
      ...{ embeddingNorm: false, blockNorm: true, dropout: 0.5 },
    },
    training: training({ ...common, l2Embedding: 0.005 }),
    published: { auc: 0.967201, logLoss: 0.236404, validSelectedAuc: 0.967179, parameters: 2_624_541 },
    notes: commonNotes,
  },
];
