import {
  broadcastTo,
  cast,
  customGrad,
  gather,
  greaterEqual,
  maximum,
  mul,
  reshape,
  scalar,
  sum,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';

/** Where the events of padded histories are. */
export interface ListPacking {
  /** Places of the events in `[B, T]`, one after the other, int32 `[N]`; those behind the last event are -1, at least one. */
  readonly events: Tensor1D;
  /** For each place of `[B, T]` its event, N - 1 where padding is: int32 `[B T]`. */
  readonly places: Tensor1D;
}

/** 1 for each event, 0 behind the last: `[N, 1]`. */
export function packedWeights({ events }: ListPacking): Tensor2D {
  return tidy(() => reshape(cast(greaterEqual(events, 0), 'float32'), [-1, 1]));
}

/**
 * Events without padding: `[B, T, D] -> [N, D]`; behind the last event, anything.
 *
 * Gathers in both directions: the gradient, too, reads and adds nothing.
 */
export function pack(padded: Tensor3D, packing: ListPacking): Tensor2D {
  const run = customGrad((x) => ({
    value: packed(x as Tensor3D, packing),
    gradFunc: (dy: Tensor) => unpacked(dy as Tensor2D, packing, padded.shape[1]),
  }));
  return run(padded) as Tensor2D;
}

/** A vector of every row for each of its events: `[B, D] -> [N, D]`; behind the last event, anything. */
export function packRows(rows: Tensor2D, packing: ListPacking): Tensor2D {
  const [B, D] = rows.shape;
  const T = packing.places.size / B;
  const run = customGrad((x) => ({
    value: packed(broadcastTo(reshape(x as Tensor2D, [B, 1, D]), [B, T, D]), packing),
    gradFunc: (dy: Tensor) => sum(unpacked(dy as Tensor2D, packing, T), 1),
  }));
  return run(rows) as Tensor2D;
}

/** Events at their places, 0 where padding is: `[N, D] -> [B, T, D]`. */
export function unpack(events: Tensor2D, packing: ListPacking, T: number): Tensor3D {
  const run = customGrad((x) => ({
    value: unpacked(x as Tensor2D, packing, T),
    gradFunc: (dy: Tensor) => mul(packed(dy as Tensor3D, packing), packedWeights(packing)),
  }));
  return run(events) as Tensor3D;
}

function packed(padded: Tensor3D, { events }: ListPacking): Tensor2D {
  return gather(reshape<Rank.R2>(padded, [-1, padded.shape[2]]), maximum(events, scalar(0, 'int32')));
}

function unpacked(events: Tensor2D, packing: ListPacking, T: number): Tensor3D {
  const real = mul<Tensor2D>(events, packedWeights(packing));
  return reshape<Rank.R3>(gather(real, packing.places), [-1, T, events.shape[1]]);
}
