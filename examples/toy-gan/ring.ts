/** Points on a ring, learnt by the toy GAN. */
import { fillNormal, foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { rowsInMemory } from '@ctrflow/data';
import { fitSchema } from '@ctrflow/features';
import type { RawTable } from '@ctrflow/features';
import { compiledEngine, fit } from '@ctrflow/training';
import type { CtrModel } from '@ctrflow/model-kit';
import { toyGan } from './gan';

/** Points around the origin at a distance of about 1: normal with deviation 0.05 around it. */
export function ringTable(numRows: number, seed: number): RawTable {
  const key = randomKey(seed);
  const off = fillNormal(foldIn(key, 'off'), new Float32Array(numRows), 1, 0.05);
  const points = Array.from(off, (radius, i) => {
    const angle = 2 * Math.PI * uniformAt(key, i);
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  const column = (axis: 0 | 1) => ({
    kind: 'number' as const,
    values: Float64Array.from(points, (point) => point[axis]),
  });
  return { numRows, columns: { x: column(0), y: column(1) } };
}

/** Trains a generator of such points. */
export async function trainOnRing(
  epochs: number,
  onEpoch: (epoch: number) => void = () => undefined,
): Promise<CtrModel> {
  const fields = ['x', 'y'].map((name) => ({
    name,
    kind: 'numeric' as const,
    transform: 'none' as const,
    missingIndicator: false,
  }));
  const table = ringTable(4096, 1);
  const schema = await fitSchema({ fields }, [table]);
  const model = toyGan(schema);
  const numRows = { read: table.numRows, train: table.numRows, valid: 0, test: 0 };
  const summary = { sources: ['a ring'], numRows, dropped: {}, seconds: 0, reused: false };
  const data = { schema, train: rowsInMemory(schema.encode(table)), summary };
  await fit(model, data, {
    batchSize: 256,
    epochs,
    engine: compiledEngine({ threads: 1 }),
    callbacks: [
      {
        onEpochEnd({ epoch }) {
          onEpoch(epoch);
          return undefined;
        },
      },
    ],
  });
  return model;
}
