import type { ModelOption } from './model-option';
import { ownOptions } from './model-options';

export { commonModelOptions } from './model-options';
export type { ModelOption } from './model-option';

/** What is known of a model without loading it (or tfjs). */
export interface CatalogEntry {
  /** Name of the factory, as `--model` and `model.json` write it. */
  readonly name: string;
  /** The npm package that it comes from. */
  readonly package: string;
  /** What the model is, in one line. */
  readonly summary: string;
  /** Authors, title, venue, year. */
  readonly paper: string;
  /** Those that are its own, beside `commonModelOptions`. */
  readonly options: readonly ModelOption[];
}

const models: readonly Omit<CatalogEntry, 'options'>[] = [
  {
    name: 'lr',
    package: '@ctrflow/lr',
    summary: 'Logistic regression: one weight per value, no interactions. The baseline.',
    paper: 'Richardson, Dominowska, Ragno: Predicting Clicks: Estimating the Click-Through Rate for New Ads. WWW 2007.',
  },
  {
    name: 'fm',
    package: '@ctrflow/fm',
    summary: 'Factorization machine: a weight per value and a product of vectors per pair of fields.',
    paper: 'Rendle: Factorization Machines. ICDM 2010.',
  },
  {
    name: 'deepfm',
    package: '@ctrflow/deepfm',
    summary: 'Factorization machine and a deep network on the same embeddings, added up.',
    paper:
      'Guo, Tang, Ye, Li, He: DeepFM: A Factorization-Machine based Neural Network for CTR Prediction. IJCAI 2017.',
  },
  {
    name: 'dnn',
    package: '@ctrflow/dnn',
    summary: 'A plain network over all embeddings, without any product of fields: the baseline of deep models.',
    paper: 'Covington, Adams, Sargin: Deep Neural Networks for YouTube Recommendations. RecSys 2016.',
  },
  {
    name: 'masknet',
    package: '@ctrflow/masknet',
    summary: 'Blocks that multiply embeddings by a mask which the instance itself decides.',
    paper:
      'Wang, She, Zhang: MaskNet: Introducing Feature-Wise Multiplication to CTR Ranking Models by Instance-Guided Mask. DLP-KDD 2021.',
  },
  {
    name: 'rnn',
    package: '@ctrflow/rnn',
    summary: 'Recurrent network (GRU or LSTM) over each history, an MLP behind: the sequence baseline.',
    paper:
      'Zhang, Dai, Xu, Feng, Wang, Bian, Wang, Liu: Sequential Click Prediction for Sponsored Search with Recurrent Neural Networks. AAAI 2014.',
  },
  {
    name: 'din',
    package: '@ctrflow/din',
    summary: 'Past events weighed by how they bear on the target item, pooled, and a deep network.',
    paper:
      'Zhou, Zhu, Song, Fan, Zhu, Ma, Yan, Jin, Li, Gai: Deep Interest Network for Click-Through Rate Prediction. KDD 2018.',
  },
  {
    name: 'dien',
    package: '@ctrflow/dien',
    summary: 'Interests as they evolve: a GRU per history, an auxiliary loss, attention that steers a second GRU.',
    paper:
      'Zhou, Mou, Fan, Pi, Bian, Zhou, Zhu, Gai: Deep Interest Evolution Network for Click-Through Rate Prediction. AAAI 2019.',
  },
  {
    name: 'dsin',
    package: '@ctrflow/dsin',
    summary: 'A history cut into sessions: self-attention within each, a Bi-LSTM over them, attention to the target.',
    paper:
      'Feng, Lv, Shen, Wang, Sun, Zhu, Yang: Deep Session Interest Network for Click-Through Rate Prediction. IJCAI 2019.',
  },
  {
    name: 'cnn-lstm',
    package: '@ctrflow/cnn-lstm',
    summary: 'Convolutions, pooling and an LSTM over a window of measurements, for purchase prediction.',
    paper:
      'Sainath, Vinyals, Senior, Sak: Convolutional, Long Short-Term Memory, Fully Connected Deep Neural Networks. ICASSP 2015.',
  },
  {
    name: 'bst',
    package: '@ctrflow/bst',
    summary: 'A Transformer over past events and the target item, with positions, and a deep network.',
    paper:
      'Chen, Zhao, Li, Huang, Ou: Behavior Sequence Transformer for E-commerce Recommendation in Alibaba. DLP-KDD 2019.',
  },
];

/**
 * Every model that ctrflow publishes, from the simplest to the most expressive. Plain data, in an entry of its own
 * (`@ctrflow/zoo/catalog`): a command line lists models without loading them.
 */
export const modelCatalog: readonly CatalogEntry[] = models.map((entry) => ({
  ...entry,
  options: ownOptions[entry.name],
}));
