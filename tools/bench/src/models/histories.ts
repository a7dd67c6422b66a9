import { integerAt } from '@ctrflow/core';
import { createFitter } from '@ctrflow/features';
import type { EncodedColumns, EncodedList, FeatureSchema, TextColumn } from '@ctrflow/features';
import { drawIds, drawLabels, keyOf } from '../draws';
import type { Sizes } from '../workload';

const TABLE = 'item';
const HISTORY = 'history';

/** A target, context fields and a history over one table: log-uniform ids, histories of uniform lengths. */
export function historyColumns(numRows: number, { vocab, context, minLength, maxLength }: Sizes): EncodedColumns {
  const ids = (name: string): Int32Array => drawIds(keyOf(name), numRows, vocab - 1, 1);
  return {
    numRows,
    ids: Object.fromEntries([TABLE, ...contextNames(context)].map((name) => [name, ids(name)])),
    values: {},
    lists: { [HISTORY]: drawHistories(numRows, vocab, minLength, maxLength) },
    targets: { label: drawLabels(numRows) },
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
export function historySchema({ vocab, context, maxLength }: Sizes): FeatureSchema {
  const others = contextNames(context).map((name) => ({ name, kind: 'categorical', shareTable: TABLE }) as const);
  const fitter = createFitter({
    label: { column: 'label' },
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
