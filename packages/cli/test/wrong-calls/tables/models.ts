import { modelWeights } from '@ctrflow/model-kit';
import { createModel, modelFactories } from '@ctrflow/zoo';
import type { Functions } from '../call';
import { data, histories, model } from '../given';

const factories = Object.values(modelFactories);
const options = {
  options: [{}, undefined],
  'options.embeddingDim': [5],
  'options.seed': [5],
  'options.embeddingStdDev': [5],
};
/** All models have these. */
const ofSchema = { schema: [data.schema], ...options };
const ofHistories = { ...ofSchema, schema: [histories.schema] };
const definition = {
  name: 'test',
  version: 1,
  summary: 'none',
  paper: 'none',
  options: {},
  assemble: () => () => undefined,
};

export const modelKit: Functions = {
  defineModel: { definition: [definition], 'definition.name': ['x'], 'definition.version': [5], 'definition.paper': ['x'], 'definition.summary': ['x'], 'definition.options': [{}, undefined], 'definition.validate': [() => undefined], 'definition.assemble': [() => undefined] },
  adagrad: { learningRate: [0.1, 5] },
  adam: { learningRate: [0.1, 5], options: [{}, undefined], 'options.beta1': [], 'options.beta2': [], 'options.epsilon': [5] },
  adamW: { learningRate: [0.1, 5], weightDecay: [0.1, undefined, 5] },
  sgd: { learningRate: [0.1, 5], momentum: [0.1, undefined] },
  copyWeights: { from: [model], to: [createModel('lr', data.schema)] },
  modelWeights: { model: [model] },
  setModelWeights: { model: [model], weights: [modelWeights(model)] },
  weightNotFinite: { model: [model] },
}; // prettier-ignore

export const modelKitNode: Functions = {
  saveModel: { model: [model], folder: ['model', 'x'] },
  loadModel: { folder: ['model'], factories: [factories] },
};

export const models: Readonly<Record<string, Functions>> = {
  '@ctrflow/bst': { bst: ofHistories },
  '@ctrflow/dien': { dien: ofHistories },
  '@ctrflow/din': { din: ofHistories },
  '@ctrflow/deepfm': { deepFM: ofSchema },
  '@ctrflow/dcnv2': { dcnv2: ofSchema },
  '@ctrflow/dnn': { dnn: ofSchema },
  '@ctrflow/mmoe': { mmoe: ofSchema },
  '@ctrflow/fm': { fm: ofSchema },
  '@ctrflow/lr': { lr: ofSchema },
  '@ctrflow/masknet': { maskNet: ofSchema },
  '@ctrflow/rnn': { rnn: ofHistories },
};

export const zoo: Functions = {
  createModel: { name: ['lr'], schema: [data.schema], options: [{}, undefined] },
  modelFactory: { name: ['lr'] },
};

export const exported: Functions = {
  exportOnnxBytes: { model: [model], options: [{}, undefined], 'options.inputs': [], 'options.probabilityName': ['x'], 'options.logitName': ['x'] },
  toOnnxModel: { model: [model], options: [{}, undefined], 'options.inputs': [], 'options.probabilityName': ['x'], 'options.logitName': ['x'] },
}; // prettier-ignore

export const exportNode: Functions = {
  exportOnnx: { model: [model], path: ['model.onnx', 'x'], options: [{}, undefined], 'options.inputs': [], 'options.maxInlineBytes': [5] },
}; // prettier-ignore
