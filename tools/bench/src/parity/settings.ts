/** What a comparison trains and how: the same on both sides. */
export interface ParitySettings {
  /** D. */
  readonly embeddingDim: number;
  /** Standard deviation of initial table rows. */
  readonly embeddingStdDev: number;
  /** H of each hidden layer of the deep part. */
  readonly hiddenUnits: readonly number[];
  readonly dropout: number;
  /** In the deep part of DeepFM, DNN and DIN; the reference's MaskNet has none. */
  readonly batchNorm: boolean;
  readonly learningRate: number;
  readonly batchSize: number;
  /** Gradients whose norm, over all weights, is larger are scaled to it. */
  readonly clipNorm: number;
  /** Most epochs. */
  readonly epochs: number;
  /** Trains all epochs at one learning rate: no early stop, whose luck is most of what seeds differ by. The best epoch is tested all the same. */
  readonly constantRate: boolean;
  /** The peer begins with our weights and sees rows in our order, seed by seed: what differs is not luck, as long as there is no dropout. */
  readonly paired?: boolean;
  /** Evaluations without a better validation AUC before stopping; each of them divides the learning rate by 10. */
  readonly patience: number;
  /** L2 of tables and of the vectors of numbers: the gradient gets `l2 * w`, for every row at every step. */
  readonly l2Embedding: number;
  /** L2 of all other weights, biases included. */
  readonly l2Net: number;
  /** H of each of MaskNet's parallel blocks. */
  readonly blockUnits: readonly number[];
  readonly reductionRatio: number;
  /** H of each hidden layer of DIN's activation unit. */
  readonly attentionUnits: readonly number[];
}

/** FuxiCTR's own numbers where it has them: dimension, learning rate, clipping, patience. */
export const defaultSettings: ParitySettings = {
  embeddingDim: 10,
  embeddingStdDev: 1e-4,
  hiddenUnits: [64, 64, 64],
  dropout: 0,
  batchNorm: false,
  learningRate: 1e-3,
  batchSize: 4096,
  clipNorm: 10,
  epochs: 100,
  constantRate: false,
  patience: 2,
  l2Embedding: 0,
  l2Net: 0,
  blockUnits: [64, 64, 64],
  reductionRatio: 2,
  attentionUnits: [64],
};

/** The models that both sides have, with the options that make ours the one of FuxiCTR. */
export const parityModels: Readonly<Record<string, (settings: ParitySettings) => object>> = {
  lr: rows,
  fm: rows,
  dnn: deep,
  deepfm: deep,
  masknet: ({ hiddenUnits, dropout, blockUnits, reductionRatio, ...settings }) => ({
    ...rows(settings),
    ...{ hiddenUnits, dropout, blockUnits, reductionRatio, structure: 'parallel' },
  }),
  din: (settings) => ({ ...deep(settings), attentionUnits: settings.attentionUnits, activation: 'relu', diceStatistics: 'padded' }), // prettier-ignore
};

function rows({ embeddingDim, embeddingStdDev }: Pick<ParitySettings, 'embeddingDim' | 'embeddingStdDev'>): object {
  return { embeddingDim, embeddingStdDev };
}

function deep({ hiddenUnits, dropout, batchNorm, ...settings }: ParitySettings): object {
  return { ...rows(settings), hiddenUnits, dropout, batchNorm };
}
