import '@tensorflow/tfjs-backend-cpu';
import { mul, sum, tensor, tensor1d, valueAndGrads } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { normalAt, randomKey } from '@ctrflow/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pack, packRows, packedWeights, unpack } from '../src/index';
import type { ListPacking } from '../src/index';

const lengthsOf = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 6 });

/** Some histories of these lengths and how they are packed, with `spare` places behind the last event. */
function packingOf(lengths: readonly number[], T: number, spare: number): ListPacking & { readonly places0: number[] } {
  const places0 = lengths.flatMap((length, b) => Array.from({ length }, (_, t) => b * T + t));
  const N = places0.length + spare;
  const events = [...places0, ...Array<number>(spare).fill(-1)];
  const places = Array.from({ length: lengths.length * T }, (_, place) => (places0.includes(place) ? places0.indexOf(place) : N - 1)); // prettier-ignore
  return { events: tensor1d(events, 'int32'), places: tensor1d(places, 'int32'), places0 };
}

function normals(shape: number[], seed: number): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return tensor(
    Float32Array.from({ length: size }, (_, i) => normalAt(randomKey(seed), i)),
    shape,
  );
}

/** `sum(weights * run(x))` and its gradient: every element of the result counts differently. */
function gradientOf(run: (x: Tensor) => Tensor, x: Tensor, weights: Tensor): number[] {
  const { grads } = valueAndGrads((given: Tensor) => sum<Scalar>(mul(run(given), weights)))([x]);
  return Array.from(grads[0].dataSync(), (value) => value + 0); // no -0
}

// Planted bugs that these fail for: padding read as the first event, a gradient without the weights of the places left over, T taken for N.
test('packing takes the events in order, and unpacking puts them back with zeros between', () => {
  fc.assert(
    fc.property(lengthsOf, fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 2 }), (lengths, spare, wider) => {
      const T = Math.max(1, ...lengths) + wider;
      const D = 3;
      const packing = packingOf(lengths, T, spare);
      const { places0 } = packing;
      const N = places0.length + spare;
      const x = normals([lengths.length, T, D], 1) as Tensor3D;
      const given = x.dataSync();
      const event = (data: ArrayLike<number>, i: number): number[] =>
        Array.from({ length: D }, (_, d) => data[i * D + d] + 0);
      const packed = pack(x, packing).dataSync();
      places0.forEach((place, n) => {
        expect(event(packed, n)).toEqual(event(given, place));
      });
      expect(Array.from(packedWeights(packing).dataSync())).toEqual(Array.from({ length: N }, (_, n) => (n < places0.length ? 1 : 0))); // prettier-ignore
      const y = normals([N, D], 2) as Tensor2D;
      const unpacked = unpack(y, packing, T).dataSync();
      for (let place = 0; place < lengths.length * T; place++) {
        const n = places0.indexOf(place);
        expect(event(unpacked, place)).toEqual(n < 0 ? [0, 0, 0] : event(y.dataSync(), n));
      }
      // Gradients: those of picking elements.
      const ofEvents = normals([N, D], 3);
      const wanted = new Float32Array(given.length);
      places0.forEach((place, n) => {
        wanted.set(event(ofEvents.dataSync(), n), place * D);
      });
      expect(gradientOf((t) => pack(t as Tensor3D, packing), x, ofEvents)).toEqual(Array.from(wanted));
      const ofPlaces = normals([lengths.length, T, D], 4);
      const back = Array.from({ length: N }, (_, n) => (n < places0.length ? event(ofPlaces.dataSync(), places0[n]) : [0, 0, 0])); // prettier-ignore
      expect(gradientOf((t) => unpack(t as Tensor2D, packing, T), y, ofPlaces)).toEqual(back.flat());
      // Rows: each event has its row's vector, a row's gradient is the sum over its events.
      const rows = normals([lengths.length, D], 5) as Tensor2D;
      const spread = packRows(rows, packing).dataSync();
      places0.forEach((place, n) => {
        expect(event(spread, n)).toEqual(event(rows.dataSync(), Math.floor(place / T)));
      });
      const summed = gradientOf((t) => packRows(t as Tensor2D, packing), rows, ofEvents);
      lengths.forEach((_, b) => {
        for (let d = 0; d < D; d++) {
          const total = places0.reduce((sumOf, place, n) => sumOf + (Math.floor(place / T) === b ? event(ofEvents.dataSync(), n)[d] : 0), 0); // prettier-ignore
          expect(summed[b * D + d]).toBeCloseTo(total, 5);
        }
      });
    }),
    { numRuns: 30 },
  );
});
