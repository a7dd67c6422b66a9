import { emptyRecord, mapRecord, recordOf } from '@ctrflow/core';
import type { SafeTensor } from '@ctrflow/embeddings';
import { modelWeights, setModelWeights } from '@ctrflow/model-kit';
import type { PreparedModel } from './engine';
import type { Arrays } from './run-store';

const DENSE = 'optimizer/dense/';
const TABLE = 'optimizer/tables/';
const WEIGHT = 'weights/';

/** Everything that a training changes: weights, state of the dense optimizer, state beside table rows. */
export function captureState(prepared: PreparedModel): Arrays {
  prepared.synchronize();
  const { model } = prepared;
  const arrays = emptyRecord<SafeTensor>();
  for (const [path, weight] of Object.entries(modelWeights(model))) arrays[WEIGHT + path] = weight;
  for (const [name, data] of Object.entries(prepared.optimizerState()))
    arrays[DENSE + name] = { shape: [data.length], data };
  for (const group of model.groups) {
    for (const { name: table } of group.tables) {
      for (const [slot, data] of Object.entries(group.optimizerState(table))) {
        arrays[`${TABLE}${group.name}/${table}:${slot}`] = { shape: [data.length], data };
      }
    }
  }
  return arrays;
}

/** Puts back what {@link captureState} took. */
export function restoreState(prepared: PreparedModel, arrays: Arrays): void {
  const below = (prefix: string): Record<string, SafeTensor> =>
    recordOf(
      Object.entries(arrays).flatMap(([name, array]): [string, SafeTensor][] =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), array]] : [],
      ),
    );
  const floats = (entries: Record<string, SafeTensor>): Record<string, Float32Array> =>
    mapRecord(entries, ({ data }) => data as Float32Array);
  setModelWeights(prepared.model, below(WEIGHT));
  prepared.reload();
  prepared.setOptimizerState(floats(below(DENSE)));
  for (const group of prepared.model.groups) {
    for (const { name: table } of group.tables)
      group.setOptimizerState(table, floats(below(`${TABLE}${group.name}/${table}:`)));
  }
}
