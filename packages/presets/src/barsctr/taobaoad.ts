import type { FieldSpec } from '@ctrflow/features';
import type { Preset, PresetDataSet } from '../preset';
import { commonNotes, training } from './settings';
import type { TrainingSettings } from './settings';

const categories = [
  ...['userid', 'cms_segid', 'cms_group_id', 'final_gender_code', 'age_level', 'pvalue_level', 'shopping_level'],
  ...['occupation', 'new_user_class_level', 'adgroup_id', 'cate_id', 'campaign_id', 'customer', 'brand', 'pid', 'btag'],
];
const history = (name: string, shareTable: string): FieldSpec =>
  ({ name, kind: 'sequence', shareTable, maxLength: 50, keep: 'last' }) as const;

const dataSet: PresetDataSet = {
  name: 'taobaoad_x1',
  summary: 'Taobao display ads: is an ad clicked? Users, ads, and histories of categories, brands and behaviours',
  numRows: { train: 21_929_911, valid: 3_099_515, test: 3_099_515 },
  validIsTest: true,
  fields: [
    ...categories.map((name): FieldSpec => ({ name, kind: 'categorical', minCount: 10 })),
    { name: 'price', kind: 'numeric', transform: 'none' },
    history('cate_his', 'cate_id'),
    history('brand_his', 'brand'),
    history('btag_his', 'btag'),
  ],
  group: 'userid',
};

const common: Omit<TrainingSettings, 'l2Embedding'> = {
  ...{ batchSize: 8192, learningRate: 1e-3, patience: 1, monitor: 'auc+gauc', seed: 20_222_023 },
};
const hiddenUnits = [512, 256, 128];
const named = (model: string) => ({ name: `barsctr/taobaoad_x1/${model}`, dataSet, model });
const notes = [
  'The published result stopped early on the test rows.',
  'The largest number of epochs is not published; early stopping decides.',
  'In a linear term a history and its target share weights; the reference gives each its own.',
  ...commonNotes,
];

/** BARS, TaobaoAd_x1. */
export const taobaoPresets: readonly Preset[] = [
  {
    ...named('fm'),
    modelOptions: { embeddingDim: 32 },
    training: training({ ...common, l2Embedding: 5e-7, l2Net: 5e-7 }),
    published: { auc: 0.623407, gauc: 0.563808, logLoss: 0.196925, parameters: 43_057_715 },
    notes,
  },
  {
    ...named('deepfm'),
    modelOptions: { embeddingDim: 32, hiddenUnits, dropout: 0, batchNorm: false },
    training: training({ ...common, l2Embedding: 5e-6 }),
    published: { auc: 0.636426, gauc: 0.569739, logLoss: 0.196501, parameters: 43_550_260 },
    notes,
  },
  {
    ...named('dnn'),
    modelOptions: { embeddingDim: 32, hiddenUnits, dropout: 0, batchNorm: false },
    training: training({ ...common, l2Embedding: 5e-6 }),
    published: { auc: 0.646715, gauc: 0.573269, logLoss: 0.193133, parameters: 41_934_977 },
    notes,
  },
];
