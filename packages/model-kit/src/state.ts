import { tensor, tidy } from '@tensorflow/tfjs-core';
import { SerializationError, expected } from '@ctrflow/core';
import type { SafeTensor } from '@ctrflow/embeddings';
import type { CtrModel } from './contract';
import { synchronizeWeights, weightsChanged } from './model-use';

/** All weights of a model by path: dense ones (`deep/dense_1/kernel`) and tables (`embedding/city`). */
export function modelWeights(model: CtrModel): Record<string, SafeTensor> {
  synchronizeWeights(model);
  const dense = model.weights.map(
    ({ path, variable }) => [path, { shape: variable.shape, data: variable.dataSync<'float32'>().slice() }] as const,
  );
  const tables = model.groups.flatMap((group) =>
    group.tables.map(
      ({ name, numRows }) =>
        [`${group.name}/${name}`, { shape: [numRows, group.dim], data: group.weights(name) }] as const,
    ),
  );
  return Object.fromEntries<SafeTensor>([...dense, ...tables]);
}

/**
 * Puts weights into a model: exactly those it has, in their shapes.
 *
 * @throws SerializationError naming the weight that is missing, left over or misshaped; the model is unchanged then
 */
export function setModelWeights(model: CtrModel, weights: Readonly<Record<string, SafeTensor>>): void {
  const wanted = new Map<string, { readonly shape: readonly number[]; readonly set: (data: Float32Array) => void }>();
  for (const { path, variable } of model.weights) {
    const set = (data: Float32Array): void => {
      tidy(() => {
        variable.assign(tensor(data.slice(), variable.shape));
      });
    };
    wanted.set(path, { shape: variable.shape, set });
  }
  for (const group of model.groups) {
    for (const { name, numRows } of group.tables) {
      const set = (data: Float32Array): void => {
        group.setWeights(name, data);
      };
      wanted.set(`${group.name}/${name}`, { shape: [numRows, group.dim], set });
    }
  }
  const checked = [...wanted].map(([path, { shape, set }]) => {
    const weight = weights[path];
    if (weight === undefined)
      throw new SerializationError(expected(`model ${model.name}`, `a weight "${path}"`, 'none'));
    if (!(weight.data instanceof Float32Array) || weight.shape.join() !== shape.join()) {
      throw new SerializationError(
        expected(`model ${model.name}`, `shape [${shape.join()}] for "${path}"`, weight.shape),
      );
    }
    return { set, data: weight.data };
  });
  const extra = Object.keys(weights).find((path) => !wanted.has(path));
  if (extra !== undefined) {
    throw new SerializationError(expected(`model ${model.name}`, 'no weights that the model does not have', extra));
  }
  for (const { set, data } of checked) set(data);
  weightsChanged(model);
}
