import type { RowSource } from '@ctrflow/data';
import type { EncodedColumns, Slot } from '@ctrflow/features';
import { isTableFeed } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';

/** Rows that are counted at once. */
const BATCH_SIZE = 8192;

/**
 * Mini-batch aware regularization: a row j of a table that a batch looks up gets `lambda / n_j w_j` added to its gradient, n_j being how often it occurs in the training rows; all others are
 * left alone. A step's cost then depends on the batch, and what is rare decays most. Reads all training rows once.
 *
 * @see Zhou et al.: Deep Interest Network for click-through rate prediction. KDD 2018, equations 4 to 6.
 */
export async function decayByOccurrence(model: CtrModel, rows: RowSource, lambda: number): Promise<void> {
  const counts = countsOf(model);
  for await (const batch of rows.batches({ batchSize: BATCH_SIZE }))
    for (const [slot, occurrences] of counts) for (const id of idsOf(slot, batch)) occurrences[id]++;
  for (const group of model.groups) {
    for (const { name, numRows } of group.tables) {
      const decay = new Float32Array(numRows);
      const own = lookups(model, group.name).flatMap((slot) => (slot.table === name ? [counts.get(slot)] : []));
      for (let row = 0; row < numRows; row++) {
        const occurrences = own.reduce((total, count) => total + (count?.[row] ?? 0), 0);
        if (occurrences > 0) decay[row] = lambda / occurrences;
      }
      group.useRowDecay(name, decay);
    }
  }
}

/** Takes back what {@link decayByOccurrence} asked the tables for. */
export function withoutRowDecay({ groups }: CtrModel): void {
  for (const group of groups) for (const { name } of group.tables) group.useRowDecay(name, undefined);
}

type TableSlot = Extract<Slot, { table: string }>;

/** Occurrences of each id, still 0, for every slot that some group looks up. */
function countsOf(model: CtrModel): Map<TableSlot, Uint32Array> {
  const slots = model.groups.flatMap(({ name }) => lookups(model, name));
  return new Map(slots.map((slot) => [slot, new Uint32Array(slot.numRows)]));
}

/** The slots that a group looks up; what is drawn for training only is no occurrence. */
function lookups({ feeds, schema }: CtrModel, group: string): TableSlot[] {
  const names = new Set(
    feeds.flatMap((feed) => (isTableFeed(feed) && feed.group === group && feed.when === 'always' ? feed.lookups : [])),
  );
  return schema.slots.filter((slot): slot is TableSlot => 'table' in slot && names.has(slot.name));
}

function idsOf({ kind, name }: TableSlot, { ids, lists }: EncodedColumns): Int32Array {
  return kind === 'id' ? ids[name] : lists[name].ids;
}
