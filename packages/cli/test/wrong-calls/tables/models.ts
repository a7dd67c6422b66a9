import { modelFactories } from '@ctrflow/zoo';
import type { Functions } from '../call';
import { data, model } from '../given';
import { createModel } from '@ctrflow/zoo';

const factories = Object.values(modelFactories);
const factory = { schema: [data.schema], options: [{}, undefined], 'options.embeddingDim': [5], 'options.seed': [5], 'options.embeddingStdDev': [5] };
void factory;
const definition = { name: 'test', version: 1, paper: 'none', defaults: {}, assemble: () => () => undefined };
const group = model.groups[0];
void group;

export const modelKit: Functions = {
  defineModel: { definition: [definition], 'definition.name': ['x'], 'definition.version': [5], 'definition.paper': ['x'], 'definition.defaults': [{}], 'definition.validate': [() => undefined], 'definition.assemble': [() => undefined] },
  copyWeights: { from: [model], to: [createModel('lr', data.schema)] },
  modelWeights: { model: [model] },
}; // prettier-ignore

export const modelKitNode: Functions = {
  saveModel: { model: [model], folder: ['model', 'x'] },
  loadModel: { folder: ['model'], factories: [factories] },
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
