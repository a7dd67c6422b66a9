import { readList } from '../read-slots';
import type { DataFeed } from './feed';
import { fillEvents, packedSize } from './packing';

/**
 * In training only: the places of a list's events in `[B, T]`, one after the other, int32 `[N]`; N is a little more than there are events, and what is left over is -1. Entries of weight 0 are none.
 * What costs much is then computed for N entries and not for B T places, most of which may be padding; see `pack` and `unpack` of `@ctrflow/layers`.
 */
export function packedEventsFeed(name: string, slot: string): DataFeed {
  return {
    kind: 'packed-events',
    name,
    slots: [slot],
    when: 'training',
    dtype: 'int32',
    shape: ({ B, T }) => [B * T],
    fill: ({ selection: { columns, rows }, lengthOf }, buffers) => {
      const list = readList(columns, slot);
      const data = buffers.integers(packedSize(list, rows));
      fillEvents(list, rows, lengthOf(slot), data);
      return { data, shape: [data.length] };
    },
  };
}
