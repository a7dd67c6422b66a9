import { fillNormal } from '@ctrflow/core';
import { createFitter, windowFields } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { drawLabels, keyOf } from '../draws';
import type { Sizes } from '../workload';

/** One window and nothing beside it. */
export function windowSchema({ steps, channels }: Sizes): FeatureSchema {
  const names = Array.from({ length: channels }, (_, c) => `c${c}`);
  const fields = windowFields('window', { channels: names, numSteps: steps });
  return createFitter({ fields, label: { column: 'label' } }).finish();
}

/** Standard normal measurements. */
export function windowColumns(numRows: number, { slots }: FeatureSchema): EncodedColumns {
  const column = (name: string): Float32Array => fillNormal(keyOf(name), new Float32Array(numRows));
  return {
    numRows,
    ids: {},
    values: Object.fromEntries(slots.map(({ name }) => [name, column(name)])),
    lists: {},
    targets: { label: drawLabels(numRows) },
  };
}
