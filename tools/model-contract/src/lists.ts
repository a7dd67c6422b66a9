import type { EncodedColumns, EncodedList } from '@ctrflow/features';

/** A batch with each of its lists changed. */
export function withLists(batch: EncodedColumns, change: (list: EncodedList) => EncodedList): EncodedColumns {
  const lists = Object.entries(batch.lists).map(([name, list]) => [name, change(list)] as const);
  return { ...batch, lists: Object.fromEntries(lists) };
}

/** A batch with every list turned round. */
export function withListsReversed(batch: EncodedColumns): EncodedColumns {
  return withLists(batch, ({ ids, offsets, weights }) => {
    const reversed = <A extends Int32Array | Float32Array>(entries: A): A => {
      const turned = entries.slice() as A;
      for (let b = 0; b < batch.numRows; b++) turned.subarray(offsets[b], offsets[b + 1]).reverse();
      return turned;
    };
    return { ids: reversed(ids), offsets, ...(weights && { weights: reversed(weights) }) };
  });
}

/** A batch whose lists are all empty. */
export function withoutLists(batch: EncodedColumns): EncodedColumns {
  return withLists(batch, ({ weights }) => ({
    ids: new Int32Array(0),
    offsets: new Int32Array(batch.numRows + 1),
    ...(weights && { weights: new Float32Array(0) }),
  }));
}
