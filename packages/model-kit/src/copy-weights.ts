import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { TableGroup } from '@ctrflow/embeddings';
import type { FeatureSchema } from '@ctrflow/features';
import type { CtrModel } from './contract';
import { requireUntrained, synchronizeWeights, weightsChanged } from './model-use';

/** What a warm start could take over. */
export interface CopiedWeights {
  readonly copied: readonly string[];
  /** Weights of the new model that begin anew: absent before, or of another shape. */
  readonly fresh: readonly string[];
}

/**
 * A warm start: copies the weights of a trained model into one whose vocabularies may have grown or been reordered. Rows are matched by value, not by
 * id; rows of new values keep their initial weights. The rate at which negatives were kept goes with the weights that learnt from them, until `fit` sets another.
 */
export function copyWeights(from: CtrModel, to: CtrModel): CopiedWeights {
  synchronizeWeights(from);
  requireUntrained('copyWeights', to);
  const copied: string[] = [];
  const fresh: string[] = [];
  const note = (path: string, done: boolean): number => (done ? copied : fresh).push(path);
  for (const { path, variable } of to.weights) {
    const source = from.weights.find((weight) => weight.path === path)?.variable;
    const fits = source?.shape.join() === variable.shape.join();
    if (source !== undefined && fits)
      tidy(() => {
        variable.assign(tensor(source.dataSync(), variable.shape));
      });
    note(path, fits);
  }
  for (const group of to.groups) {
    const source = from.groups.find(({ name, dim }) => name === group.name && dim === group.dim);
    for (const { name } of group.tables) {
      const had = source?.tables.some((table) => table.name === name) === true;
      if (source !== undefined && had) copyTable(name, source, from.schema, group, to.schema);
      note(`${group.name}/${name}`, had);
    }
  }
  if (copied.length > 0) to.negativeKeepRate = from.negativeKeepRate ?? 1;
  weightsChanged(to);
  return { copied, fresh };
}

function copyTable(
  table: string,
  source: TableGroup,
  sourceSchema: FeatureSchema,
  target: TableGroup,
  schema: FeatureSchema,
): void {
  const { dim } = target;
  const [old, weights] = [source.weights(table), target.weights(table)];
  const [oldValues, values] = [sourceSchema.vocabularies[table], schema.vocabularies[table]];
  const copyRow = (fromRow: number, toRow: number): void => {
    weights.set(old.subarray(fromRow * dim, (fromRow + 1) * dim), toRow * dim);
  };
  if (oldValues === undefined || values === undefined) {
    for (let row = 0; row < Math.min(old.length, weights.length) / dim; row++) copyRow(row, row);
  } else {
    const reserved = (rows: Float32Array, vocabulary: readonly string[]): number =>
      rows.length / dim - vocabulary.length;
    const [oldFirst, first] = [reserved(old, oldValues), reserved(weights, values)];
    const rowOf = new Map(oldValues.map((value, i) => [value, i + oldFirst]));
    for (let row = 0; row < Math.min(oldFirst, first); row++) copyRow(row, row);
    values.forEach((value, i) => {
      const row = rowOf.get(value);
      if (row !== undefined) copyRow(row, i + first);
    });
  }
  target.setWeights(table, weights);
}
