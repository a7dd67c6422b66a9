import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SchemaError, expected, foldIn, permutation, randomKey } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import type { PeerFeature } from './encoded-files';

/** Our initial weights for the peer: `weights.json` names each and its shape, `weights.f32` has their numbers one after the other. */
export async function writeWeights(model: CtrModel, folder: string): Promise<void> {
  const weights = Object.entries(modelWeights(model));
  const numbers = weights.map(([, { data }]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  const shapes = Object.fromEntries(weights.map(([path, { shape }]) => [path, shape]));
  await writeFile(join(folder, 'weights.f32'), Buffer.concat(numbers));
  await writeFile(join(folder, 'weights.json'), JSON.stringify(shapes));
}

/** The order in which our side sees its rows, for the peer: `order.u32`, a permutation of all rows for each epoch. */
export async function writeOrder(folder: string, seed: number, epochs: number, numRows: number): Promise<void> {
  const orders = Array.from({ length: epochs }, (_, i) => permutation(shuffleKey(seed, i + 1), numRows));
  await writeFile(join(folder, 'order.u32'), Buffer.concat(orders.map(({ buffer }) => new Uint8Array(buffer))));
}

/** The key by which `fit` shuffles rows in memory in an epoch, from 1 on. */
export function shuffleKey(seed: number, epoch: number): RandomKey {
  return foldIn(randomKey(seed), 'shuffle', epoch);
}

/**
 * The peer's linear terms have a table for every field, ours one for all fields that share one.
 *
 * @throws SchemaError for a model with a linear term on such fields
 */
export function requireOwnTables(models: readonly string[], features: readonly PeerFeature[]): void {
  const linear = models.find((model) => ['lr', 'fm', 'deepfm'].includes(model));
  const sharing = features.find(({ shares }) => shares !== undefined);
  if (linear === undefined || sharing === undefined) return;
  const hint = 'its linear term has one table here and two there: leave one of them out';
  throw new SchemaError(expected('parity', `fields with tables of their own for ${linear} with the same weights`, `"${sharing.slot}", which shares one`, hint)); // prettier-ignore
}
