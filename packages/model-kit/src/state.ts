import { tensor, tidy } from '@tensorflow/tfjs-core';
import { SerializationError, checkObject, expected, recordOf } from '@ctrflow/core';
import type { SafeTensor } from '@ctrflow/embeddings';
import type { CtrModel } from './contract';
import { requireAlive, synchronizeWeights, weightsChanged } from './model-use';

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
  return recordOf<SafeTensor>([...dense, ...tables]);
}

/**
 * Puts weights into a model: exactly those it has, in their shapes.
 *
 * @throws SerializationError naming the weight that is missing, left over or misshaped; the model is unchanged then
 */
export function setModelWeights(model: CtrModel, weights: Readonly<Record<string, SafeTensor>>): void {
  requireAlive(model);
  for (const [path, weight] of Object.entries(checkObject('setModelWeights', 'weights by path', weights)))
    checkObject('setModelWeights', `a weight for "${path}"`, weight);
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
    const weight = Object.hasOwn(weights, path) ? weights[path] : undefined;
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

/** The path of a weight that is NaN or infinite somewhere, if there is one. */
export function weightNotFinite(model: CtrModel): string | undefined {
  requireAlive(model);
  const dense = model.weights.find(({ variable }) => hasNonFinite(variable.dataSync<'float32'>()));
  if (dense !== undefined) return dense.path;
  for (const group of model.groups) {
    const table = group.tables.find(({ name }) => hasNonFinite(group.weights(name)));
    if (table !== undefined) return `${group.name}/${table.name}`;
  }
  return undefined;
}

/** A NaN or an infinity times 0 is NaN, and stays in the sum: one addition for each of many millions. */
function hasNonFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] * 0;
  return Number.isNaN(sum);
}
