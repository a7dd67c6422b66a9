import { concat, expandDims, matMul, mul, reshape, slice } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { integerAt } from '@ctrflow/core';
import { createTableGroup } from '@ctrflow/embeddings';
import { createFitter } from '@ctrflow/features';
import type { EncodedColumns, EncodedList, FeatureSchema, TextColumn } from '@ctrflow/features';
import { MLP } from '@ctrflow/layers';
import type { CtrModel } from '@ctrflow/model-kit';
import { drawIds, drawLabels, keyOf } from '../draws';
import type { Sizes } from '../workload';
import { bareModel } from './bare-model';
import { TargetAttention } from './target-attention';

const TABLE = 'item';
const HISTORY = 'history';

/**
 * DIN over one table: attention of the item over the history, then an MLP 200-80 on (pooled history, item, context).
 *
 * @see Zhou et al.: Deep interest network for click-through rate prediction. KDD 2018.
 */
export function dinModel({ vocab, dim, context, maxLength }: Sizes): CtrModel {
  const slots = [TABLE, ...contextNames(context)];
  const table = createTableGroup('embedding', [{ name: TABLE, numRows: vocab }], {
    dim,
    key: keyOf('tables'),
    initializer: { kind: 'normal', stdDev: 1e-2 },
  });
  return bareModel({
    name: 'bench-din',
    schema: dinSchema(vocab, context, maxLength),
    groups: [table],
    feeds: [
      { kind: 'rows', name: 'rows', group: 'embedding', slots, dim },
      { kind: 'list-rows', name: 'history', group: 'embedding', slot: HISTORY, dim },
      { kind: 'list-weights', name: 'mask', slot: HISTORY },
    ],
    layers: { attention: new TargetAttention([64, 32]), deep: new MLP({ hiddenUnits: [200, 80], outputUnits: 1 }) },
    forward({ rows, history, mask }, { attention, deep }) {
      const item = reshape(slice(rows, [0, 0, 0], [-1, 1, dim]), [-1, dim]); // [B, D]
      const scores = mul(attention([item, history]), mask); // [B, T]
      const pooled = reshape(matMul(expandDims(scores, 1), history), [-1, dim]); // [B, D]
      const others = reshape(rows, [-1, slots.length * dim]); // [B, (1 + C) D]
      return deep(concat([pooled, others], 1)) as Tensor2D; // [B, 1]
    },
  });
}

/** Log-uniform ids, histories of uniform lengths. */
export function dinColumns(numRows: number, { vocab, context, minLength, maxLength }: Sizes): EncodedColumns {
  const ids = (name: string): Int32Array => drawIds(keyOf(name), numRows, vocab - 1, 1);
  return {
    numRows,
    ids: Object.fromEntries([TABLE, ...contextNames(context)].map((name) => [name, ids(name)])),
    values: {},
    lists: { [HISTORY]: drawHistories(numRows, vocab, minLength, maxLength) },
    label: drawLabels(numRows),
  };
}

function drawHistories(numRows: number, vocab: number, minLength: number, maxLength: number): EncodedList {
  const key = keyOf('lengths');
  const offsets = new Int32Array(numRows + 1);
  for (let row = 0; row < numRows; row++) {
    offsets[row + 1] = offsets[row] + minLength + integerAt(key, row, maxLength - minLength + 1);
  }
  return { offsets, ids: drawIds(keyOf(HISTORY), offsets[numRows], vocab - 1, 1) };
}

/** One vocabulary of `vocab - 2` items; rows 0 and 1 stand for missing and unknown. */
function dinSchema(vocab: number, context: number, maxLength: number): FeatureSchema {
  const others = contextNames(context).map((name) => ({ name, kind: 'categorical', shareTable: TABLE }) as const);
  const fitter = createFitter({
    fields: [
      { name: TABLE, kind: 'categorical' },
      ...others,
      { name: HISTORY, kind: 'sequence', shareTable: TABLE, maxLength },
    ],
  });
  const items = Array.from({ length: vocab - 2 }, (_, i) => `i${i}`);
  const column: TextColumn = { kind: 'text', dictionary: items, codes: Int32Array.from(items.keys()) };
  const names = [TABLE, ...contextNames(context), HISTORY];
  fitter.add({ numRows: items.length, columns: Object.fromEntries(names.map((name) => [name, column])) });
  return fitter.finish();
}

function contextNames(context: number): string[] {
  return Array.from({ length: context }, (_, c) => `c${c}`);
}
