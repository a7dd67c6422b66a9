import type { Tensor2D } from '@tensorflow/tfjs-core';
import { fillNormal } from '@ctrflow/core';
import { createFitter } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { MLP } from '@ctrflow/layers';
import { valuesFeed } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { drawLabels, keyOf } from '../draws';
import { bareModel } from './bare-model';

/** An MLP on `inputs` numbers as they are. */
export function mlpModel(inputs: number, hiddenUnits: readonly number[]): CtrModel {
  return bareModel({
    name: 'bench-mlp',
    schema: numbersSchema(inputs),
    groups: [],
    feeds: [valuesFeed('values', slotNames(inputs))],
    layers: { deep: new MLP({ hiddenUnits, outputUnits: 1 }) },
    forward: (feeds, { deep }) => deep(feeds.values) as Tensor2D,
  });
}

/** Standard normal numbers. */
export function numberColumns(numRows: number, inputs: number): EncodedColumns {
  const column = (name: string): Float32Array => fillNormal(keyOf(name), new Float32Array(numRows));
  return {
    numRows,
    ids: {},
    values: Object.fromEntries(slotNames(inputs).map((name) => [name, column(name)])),
    lists: {},
    targets: { label: drawLabels(numRows) },
  };
}

function slotNames(inputs: number): string[] {
  return Array.from({ length: inputs }, (_, i) => `x${i}`);
}

function numbersSchema(inputs: number): FeatureSchema {
  const fields = slotNames(inputs).map((name) => ({ name, kind: 'numeric', transform: 'none', missingIndicator: false }) as const); // prettier-ignore
  return createFitter({ fields, label: { column: 'label' } }).finish();
}
