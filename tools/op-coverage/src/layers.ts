import { layers } from '@tensorflow/tfjs-layers';

/** A layer of tfjs-layers and the shapes that it is applied to. */
export interface LayerCall {
  readonly make: () => ReturnType<typeof layers.dense>;
  readonly shapes: readonly (readonly number[])[];
  /** Upper limit of whole numbers, for layers that take ids. */
  readonly ids?: number;
}

const units = { units: 4, recurrentInitializer: 'zeros' as const };
const filters = { filters: 4, kernelSize: 3, padding: 'same' as const };
const row = [2, 6];
const sequence = [2, 5, 3];
const image = [2, 6, 4, 3];
const volume = [1, 4, 4, 4, 2];

function one(make: () => unknown, shape: readonly number[]): LayerCall {
  return { make: make as LayerCall['make'], shapes: [shape] };
}

function two(make: () => unknown, shape: readonly number[] = row): LayerCall {
  return { make: make as LayerCall['make'], shapes: [shape, shape] };
}

/** Every layer of tfjs-layers; other names of the same layer are left out. */
export const layerCalls: Readonly<Record<string, LayerCall>> = {
  activation: one(() => layers.activation({ activation: 'swish' }), row),
  add: two(() => layers.add()),
  alphaDropout: one(() => layers.alphaDropout({ rate: 0.2 }), row),
  average: two(() => layers.average()),
  averagePooling1d: one(() => layers.averagePooling1d({}), sequence),
  averagePooling2d: one(() => layers.averagePooling2d({}), image),
  averagePooling3d: one(() => layers.averagePooling3d({}), volume),
  batchNormalization: one(() => layers.batchNormalization(), row),
  bidirectional: one(() => layers.bidirectional({ layer: layers.gru(units), mergeMode: 'concat' }), sequence),
  categoryEncoding: { make: () => layers.categoryEncoding({ numTokens: 5, outputMode: 'multiHot' }) as never, shapes: [[2, 3]], ids: 5 }, // prettier-ignore
  centerCrop: one(() => layers.centerCrop({ height: 2, width: 2 }), image),
  concatenate: two(() => layers.concatenate()),
  conv1d: one(() => layers.conv1d(filters), sequence),
  conv2d: one(() => layers.conv2d(filters), image),
  conv2dTranspose: one(() => layers.conv2dTranspose({ ...filters, strides: 2 }), image),
  conv3d: one(() => layers.conv3d(filters), volume),
  conv3dTranspose: one(() => layers.conv3dTranspose(filters), volume),
  convLstm2d: one(() => layers.convLstm2d({ ...filters, recurrentInitializer: 'zeros' }), [1, 2, 4, 4, 2]),
  cropping2D: one(() => layers.cropping2D({ cropping: [[1, 1], [0, 1]] }), image), // prettier-ignore
  dense: one(() => layers.dense({ units: 4, activation: 'relu' }), row),
  depthwiseConv2d: one(() => layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), image),
  dot: two(() => layers.dot({ axes: 1 })),
  dropout: one(() => layers.dropout({ rate: 0.2, seed: 3 }), row),
  elu: one(() => layers.elu(), row),
  embedding: { make: () => layers.embedding({ inputDim: 7, outputDim: 4 }) as never, shapes: [[2, 3]], ids: 7 },
  flatten: one(() => layers.flatten(), image),
  gaussianDropout: one(() => layers.gaussianDropout({ rate: 0.2 }), row),
  gaussianNoise: one(() => layers.gaussianNoise({ stddev: 0.2 }), row),
  globalAveragePooling1d: one(() => layers.globalAveragePooling1d(), sequence),
  globalAveragePooling2d: one(() => layers.globalAveragePooling2d({}), image),
  globalMaxPooling1d: one(() => layers.globalMaxPooling1d(), sequence),
  globalMaxPooling2d: one(() => layers.globalMaxPooling2d({}), image),
  gru: one(() => layers.gru(units), sequence),
  layerNormalization: one(() => layers.layerNormalization(), row),
  leakyReLU: one(() => layers.leakyReLU(), row),
  lstm: one(() => layers.lstm(units), sequence),
  masking: one(() => layers.masking(), sequence),
  maxPooling1d: one(() => layers.maxPooling1d({}), sequence),
  maxPooling2d: one(() => layers.maxPooling2d({}), image),
  maxPooling3d: one(() => layers.maxPooling3d({}), volume),
  maximum: two(() => layers.maximum()),
  minimum: two(() => layers.minimum()),
  multiply: two(() => layers.multiply()),
  permute: one(() => layers.permute({ dims: [2, 1] }), sequence),
  prelu: one(() => layers.prelu(), row),
  randomWidth: one(() => layers.randomWidth({ factor: 0.5 }), image),
  reLU: one(() => layers.reLU(), row),
  repeatVector: one(() => layers.repeatVector({ n: 3 }), row),
  rescaling: one(() => layers.rescaling({ scale: 0.1, offset: 1 }), row),
  reshape: one(() => layers.reshape({ targetShape: [3, 2] }), row),
  resizing: one(() => layers.resizing({ height: 3, width: 3 }), image),
  rnn: one(() => layers.rnn({ cell: layers.gruCell(units) }), sequence),
  separableConv2d: one(() => layers.separableConv2d(filters), image),
  simpleRNN: one(() => layers.simpleRNN(units), sequence),
  softmax: one(() => layers.softmax(), row),
  spatialDropout1d: one(() => layers.spatialDropout1d({ rate: 0.2, seed: 3 }), sequence),
  stackedRNNCells: one(() => layers.rnn({ cell: layers.stackedRNNCells({ cells: [layers.lstmCell(units), layers.lstmCell(units)] as never }) }), sequence), // prettier-ignore
  thresholdedReLU: one(() => layers.thresholdedReLU(), row),
  timeDistributed: one(() => layers.timeDistributed({ layer: layers.dense({ units: 4 }) }), sequence),
  upSampling2d: one(() => layers.upSampling2d({}), image),
  zeroPadding2d: one(() => layers.zeroPadding2d({}), image),
};

/** Exports of `layers` that are no layers: base classes, cells (tested inside of `rnn` and the layers that they make), inputs. */
export const notLayers: readonly string[] = [
  ...['Layer', 'RNN', 'RNNCell', 'input', 'inputLayer'],
  ...['convLstm2dCell', 'gruCell', 'lstmCell', 'simpleRNNCell'],
];

/** Other names of layers. */
export const otherNames: Readonly<Record<string, string>> = {
  avgPool1d: 'averagePooling1d',
  avgPooling1d: 'averagePooling1d',
  avgPool2d: 'averagePooling2d',
  avgPooling2d: 'averagePooling2d',
  avgPool3d: 'averagePooling3d',
  avgPooling3d: 'averagePooling3d',
  globalMaxPool1d: 'globalMaxPooling1d',
  globalMaxPool2d: 'globalMaxPooling2d',
  maxPool1d: 'maxPooling1d',
  maxPool2d: 'maxPooling2d',
};
