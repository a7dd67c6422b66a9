import { foldIn } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { EncodedColumns, EncodedList } from '@ctrflow/features';
import { firstRows, readList } from '../read-slots';
import { drawNegatives } from './draw-negatives';
import type { TableFeed } from './feed';
import { padIds } from './list-rows';

/** Options of {@link negativeRowsFeed}. */
export interface NegativeRowsOptions {
  readonly group: string;
  readonly dim: number;
  /** The list whose entries get negatives. */
  readonly slot: string;
  /** The list of the same lengths that the draw goes by: an entry is never drawn for its own value here, so long as others are found. */
  readonly like: string;
}

/**
 * In training only: table rows of entries that stand for what did not happen, one for each entry of a `list` slot, float32 `[B, T, D]`, zero rows where
 * padding is. Each is drawn from all entries of the batch, so that values come as often as they occur; anew at every step, as a function of the training's key.
 */
export function negativeRowsFeed(name: string, { group, dim, slot, like }: NegativeRowsOptions): TableFeed {
  return {
    kind: 'negative-rows',
    name,
    slots: [slot, like],
    when: 'training',
    dtype: 'float32',
    shape: ({ B, T }) => [B, T, dim],
    group,
    dim,
    lookups: [slot],
    length: ({ lengthOf }) => lengthOf(slot),
    find: ({ batch, key }, offsetOf, out) => {
      if (key === undefined) return; // nothing is drawn without one
      padIds(negativesOf(batch, { slot, like }, key), firstRows(batch.numRows), offsetOf(slot), out);
    },
  };
}

/** The list of negatives of a batch. */
function negativesOf(
  batch: EncodedColumns,
  { slot, like }: Pick<NegativeRowsOptions, 'slot' | 'like'>,
  key: RandomKey,
): EncodedList {
  const { offsets, ids } = readList(batch, slot);
  const drawn = drawNegatives(readList(batch, like), foldIn(key, 'negatives', like));
  return { offsets, ids: Int32Array.from(drawn, (entry) => ids[entry]) };
}
