import { readList } from '../read-slots';
import type { DataFeed } from './feed';
import { fillPlaces, packedSize } from './packing';

/** In training only: for each place of `[B, T]` its event among the packed ones, N - 1 where none is: int32 `[B T]`. */
export function packedPlacesFeed(name: string, slot: string): DataFeed {
  return {
    kind: 'packed-places',
    name,
    slots: [slot],
    when: 'training',
    dtype: 'int32',
    shape: ({ B, T }) => [B * T],
    fill: ({ selection: { columns, rows }, lengthOf }, buffers) => {
      const list = readList(columns, slot);
      const T = lengthOf(slot);
      const data = buffers.integers(rows.length * T);
      fillPlaces(list, rows, T, packedSize(list, rows), data);
      return { data, shape: [data.length] };
    },
  };
}
