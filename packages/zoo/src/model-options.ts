// Written by `npm run model-options` from the comments of the options.
import type { ModelOption } from './model-option';

/** Options that all models have. */
export const commonModelOptions: readonly ModelOption[] = [
  {
    name: 'embeddingDim',
    text: 'D, size of the vectors of every field that does not say otherwise. Default 16.',
    default: 16,
  },
  { name: 'seed', text: 'Seeds initial weights. Default 2021.', default: 2021 },
  {
    name: 'embeddingStdDev',
    text: "Standard deviation of initial table rows. Default 1e-4, as the field's reference.",
    default: 0.0001,
  },
];

/** Options of each model, by its name. */
export const ownOptions: Readonly<Record<string, readonly ModelOption[]>> = {
  lr: [],
  fm: [],
  deepfm: [
    {
      name: 'hiddenUnits',
      text: 'H, units of each hidden layer. Default `[400, 400, 400]`.',
      default: [400, 400, 400],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['leaky-relu', 'linear', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'linearBias', text: 'Bias of the linear term; FuxiCTR 1.x has none. Default true.', default: true },
  ],
  dnn: [
    {
      name: 'hiddenUnits',
      text: 'H, units of each hidden layer. Default `[400, 400, 400]`.',
      default: [400, 400, 400],
    },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
  ],
  masknet: [
    {
      name: 'structure',
      text: 'How the mask blocks are put together; `mixed`: side by side, the last one on top of the others. Default `parallel`.',
      default: 'parallel',
      choices: ['mixed', 'parallel', 'serial'],
    },
    {
      name: 'blockUnits',
      text: 'H, units of each mask block; two blocks or more for `mixed`. Default `[64, 64, 64]`.',
      default: [64, 64, 64],
    },
    {
      name: 'hiddenUnits',
      text: "H, units of each hidden layer between the blocks and the output; none for the reference's serial model. Default `[400, 400]`.",
      default: [400, 400],
    },
    {
      name: 'reductionRatio',
      text: "Width of a mask's hidden layer as a multiple of what it masks. Default 2.",
      default: 2,
    },
    {
      name: 'embeddingNorm',
      text: "Layer normalization of every field's embedding before it is masked. Default true.",
      default: true,
    },
    { name: 'blockNorm', text: 'Layer normalization inside the blocks. Default true.', default: true },
    {
      name: 'activation',
      text: 'Of the blocks and the hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['leaky-relu', 'linear', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each block and each hidden layer. Default 0.', default: 0 },
  ],
  rnn: [
    {
      name: 'cell',
      text: 'What reads a history; `rnn` has no gates, as in the paper. Default `gru`.',
      default: 'gru',
      choices: ['bidirectional-lstm', 'gru', 'lstm', 'rnn'],
    },
    { name: 'units', text: 'H, units of the cell (of each direction). Default 32.', default: 32 },
    {
      name: 'pooling',
      text: 'The state after the last event, the mean of the states after each, or their sum by weights that the states decide. Default `last`.',
      default: 'last',
      choices: ['attention', 'last', 'mean'],
    },
    { name: 'hiddenUnits', text: 'H, units of each hidden layer behind. Default `[64, 32]`.', default: [64, 32] },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
  ],
  din: [
    {
      name: 'hiddenUnits',
      text: 'H, units of each hidden layer. Default `[200, 80]`, as in the paper.',
      default: [200, 80],
    },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `dice`.',
      default: 'dice',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
    {
      name: 'attentionUnits',
      text: 'H, units of each hidden layer of the local activation unit, one or more. Default `[36]`, as in the paper.',
      default: [36],
    },
    {
      name: 'attentionActivation',
      text: 'Of the local activation unit. Default `dice`.',
      default: 'dice',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    {
      name: 'attentionSoftmax',
      text: 'The weights of a history sum to 1. Default false, as in the paper.',
      default: false,
    },
    {
      name: 'diceStatistics',
      text: "Positions that the statistics of Dice in the local activation unit count: `real`, events only; `padded`, every history filled up with zero vectors to its `maxLength`, as the field's reference computes them. Default `real`.",
      default: 'real',
      choices: ['padded', 'real'],
    },
  ],
  dien: [
    {
      name: 'evolution',
      text: "What reads the interest states. Default `augru`, as in the paper; the authors' code and DeepCTR have `augru-raised` under that name.",
      default: 'augru',
      choices: ['agru', 'aigru', 'augru', 'augru-raised', 'gru'],
    },
    {
      name: 'activationUnit',
      text: "`bilinear` as equation 10, or `mlp`, DIN's local activation unit, as the authors' code and DeepCTR. Default `bilinear`.",
      default: 'bilinear',
      choices: ['bilinear', 'mlp'],
    },
    { name: 'attentionUnits', text: 'H, units of the hidden layers of `mlp`. Default `[64, 16]`.', default: [64, 16] },
    {
      name: 'attentionActivation',
      text: 'Of these layers. Default `sigmoid`.',
      default: 'sigmoid',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    {
      name: 'attentionSoftmax',
      text: 'Normalizes the attention scores over the history. Default true.',
      default: true,
    },
    {
      name: 'resetAfter',
      text: "The reset gates come after the recurrent product, as in the paper, or before it, as in the authors' code and DeepCTR. Default true.",
      default: true,
    },
    {
      name: 'auxiliaryWeight',
      text: 'alpha, the weight of the auxiliary loss; 0 leaves it out. Default 1; FuxiCTR 0.',
      default: 1,
    },
    {
      name: 'auxiliaryUnits',
      text: 'H, units of the layers that judge whether an event follows a state; none: their inner product, as in the paper. Default `[]`; FuxiCTR `[100, 50]`.',
      default: [],
    },
    {
      name: 'auxiliaryActivation',
      text: "Of these layers. Default `sigmoid`, as in the authors' code; FuxiCTR `relu`.",
      default: 'sigmoid',
      choices: ['leaky-relu', 'linear', 'relu', 'sigmoid', 'tanh'],
    },
    {
      name: 'sumPooling',
      text: "Adds the sum of the history, and its product with the target, to what the last layers read, as the authors' code. Default false.",
      default: false,
    },
    { name: 'hiddenUnits', text: 'H, units of each hidden layer. Default `[200, 80]`.', default: [200, 80] },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
  ],
  dsin: [
    {
      name: 'biasEncoding',
      text: 'Adds trained numbers for session, place and unit to the events. Default true.',
      default: true,
    },
    {
      name: 'numHeads',
      text: "Heads of the self-attention; divides M, the size of an event's vector. Default 2.",
      default: 2,
    },
    {
      name: 'feedForwardFactor',
      text: 'The feed-forward network of the self-attention has this times M hidden units. Default 4.',
      default: 4,
    },
    {
      name: 'layerNorm',
      text: "Normalizes after self-attention and feed-forward network, as in the paper. Default false, as in the authors' code and DeepCTR: where tables begin near 0, what is normalized drowns the target at first.",
      default: false,
    },
    { name: 'attentionDropout', text: "Dropout of the self-attention's weights. Default 0.", default: 0 },
    {
      name: 'activationUnit',
      text: "`bilinear` as the paper's formulas, or `mlp`, DIN's local activation unit with a softmax, as the authors' code. Default `bilinear`.",
      default: 'bilinear',
      choices: ['bilinear', 'mlp'],
    },
    { name: 'attentionUnits', text: 'H, units of the hidden layers of `mlp`. Default `[64, 16]`.', default: [64, 16] },
    {
      name: 'attentionActivation',
      text: 'Of these layers. Default `sigmoid`.',
      default: 'sigmoid',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'hiddenUnits', text: 'H, units of each hidden layer behind. Default `[200, 80]`.', default: [200, 80] },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
  ],
  'cnn-lstm': [
    {
      name: 'structure',
      text: '`cnn` and `lstm` are the parts alone, to compare with. Default `cnn-lstm`.',
      default: 'cnn-lstm',
      choices: ['cnn', 'cnn-lstm', 'lstm'],
    },
    {
      name: 'filters',
      text: 'H, filters of each convolution; each is followed by pooling. Default `[32, 64]`.',
      default: [32, 64],
    },
    { name: 'kernelSize', text: 'Steps that a filter sees. Default 3.', default: 3 },
    {
      name: 'pooling',
      text: 'What pooling keeps of the steps that it makes one. Default `max`.',
      default: 'max',
      choices: ['max', 'mean'],
    },
    { name: 'poolSize', text: 'Steps that pooling makes one of. Default 2.', default: 2 },
    { name: 'units', text: 'H, units of the LSTM. Default 64.', default: 64 },
    { name: 'hiddenUnits', text: 'H, units of each hidden layer behind. Default `[32]`.', default: [32] },
    {
      name: 'activation',
      text: 'Of convolutions and hidden layers. Default `relu`.',
      default: 'relu',
      choices: ['leaky-relu', 'linear', 'relu', 'sigmoid', 'tanh'],
    },
    { name: 'dropout', text: 'Dropout after each hidden layer. Default 0.', default: 0 },
  ],
  bst: [
    {
      name: 'hiddenUnits',
      text: 'H, units of each hidden layer. Default `[1024, 512, 256]`, as in the paper.',
      default: [1024, 512, 256],
    },
    {
      name: 'activation',
      text: 'Of the hidden layers. Default `leaky-relu`.',
      default: 'leaky-relu',
      choices: ['dice', 'leaky-relu', 'linear', 'prelu', 'relu', 'sigmoid', 'tanh'],
    },
    {
      name: 'dropout',
      text: 'Dropout after each hidden layer, and of what a Transformer block adds. Default 0.',
      default: 0,
    },
    { name: 'batchNorm', text: 'Batch normalization in each hidden layer. Default false.', default: false },
    {
      name: 'numBlocks',
      text: "Transformer blocks, one on top of the other. Default 1, the paper's best.",
      default: 1,
    },
    { name: 'numHeads', text: "Attention heads; divides the size of a position's vector. Default 2.", default: 2 },
    { name: 'attentionDropout', text: 'Dropout of the attention weights. Default 0.', default: 0 },
    {
      name: 'positions',
      text: "Appends a trained vector of an event's distance from the target. Default true.",
      default: true,
    },
    {
      name: 'pooling',
      text: "`concat`, the paper's, makes the input of the first hidden layer as long as the longest history. Default `mean`.",
      default: 'mean',
      choices: ['concat', 'mean', 'sum', 'target'],
    },
  ],
};
