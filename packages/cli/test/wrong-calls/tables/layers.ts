import type { Functions } from '../call';

const onOff = { 'options.layerNorm': [true], 'options.dropout': [] };

export const layers: Functions = {
  Dense: { options: [{ units: 3 }], 'options.units': [5], 'options.bias': [true] },
  Dropout: { rate: [0.1] },
  BatchNorm: {},
  LayerNorm: { options: [{}, undefined], 'options.perField': [true] },
  PReLU: {},
  Dice: {},
  activationLayer: { name: ['dice'] },
  isPlainActivation: { name: ['relu'] },
  MLP: { options: [{ hiddenUnits: [3] }], 'options.hiddenUnits': [[]], 'options.outputUnits': [5], 'options.activation': [], 'options.dropout': [], 'options.batchNorm': [true] },
  MaskBlock: { options: [{ units: 3 }], 'options.units': [5], 'options.reductionRatio': [5], 'options.activation': [], ...onOff },
  ComparisonDense: { options: [{ units: 3 }], 'options.units': [5] },
  LocalActivationUnit: { options: [{}, undefined], 'options.hiddenUnits': [], 'options.activation': [], 'options.softmax': [true], 'options.diceStatistics': [] },
  BilinearAttention: { options: [{}, undefined], 'options.softmax': [true] },
  BiasEncoding: { options: [{ maxSessions: 2, sessionLength: 2, size: 2 }], 'options.maxSessions': [5], 'options.sessionLength': [5], 'options.size': [5] },
  MultiHeadAttention: { options: [{ size: 5, numHeads: 1 }], 'options.size': [5], 'options.numHeads': [5], 'options.dropout': [] },
  PositionEncoding: { options: [{ numPositions: 2, size: 2 }], 'options.numPositions': [5], 'options.size': [5] },
  TransformerBlock: { options: [{ size: 5, numHeads: 1 }], 'options.size': [5], 'options.numHeads': [5], 'options.feedForwardUnits': [5], 'options.activation': [], 'options.attentionDropout': [], ...onOff },
  FactorizationMachine: {},
  AttentionPooling: { options: [{ units: 3 }], 'options.units': [5] },
  SimpleRNN: { options: [{ units: 3 }], 'options.units': [5], 'options.returnSequences': [true] },
  GRU: { options: [{ units: 3 }], 'options.units': [5], 'options.returnSequences': [true], 'options.resetAfter': [true] },
  AttentionGRU: { options: [{ units: 3 }], 'options.units': [5], 'options.kind': [], 'options.returnSequences': [true], 'options.resetAfter': [true] },
  LSTM: { options: [{ units: 3 }], 'options.units': [5], 'options.returnSequences': [true], 'options.backwards': [true] },
  BidirectionalLSTM: { options: [{ units: 3 }], 'options.units': [5], 'options.returnSequences': [true], 'options.merge': [] },
  Conv1D: { options: [{ filters: 3 }], 'options.filters': [5], 'options.kernelSize': [5], 'options.padding': [] },
  Conv1DBlock: { options: [{ filters: 3 }], 'options.filters': [5], 'options.kernelSize': [5], 'options.padding': [], 'options.activation': [], 'options.pooling': [], 'options.poolSize': [5] },
}; // prettier-ignore
