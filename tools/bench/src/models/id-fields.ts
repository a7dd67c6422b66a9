import { createFitter } from '@ctrflow/features';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { drawIds, drawLabels, keyOf } from '../draws';

/** Fields that hold ids already. */
export function fieldsSchema(fields: number, rowsPerField: number): FeatureSchema {
  const declared = names(fields).map((name) => ({ name, kind: 'categorical', identity: rowsPerField, reservedRows: false }) as const); // prettier-ignore
  return createFitter({ fields: declared, label: { column: 'label' } }).finish();
}

/** Log-uniform ids of each field. */
export function fieldColumns(numRows: number, fields: number, rowsPerField: number): EncodedColumns {
  return {
    numRows,
    ids: Object.fromEntries(names(fields).map((name) => [name, drawIds(keyOf(name), numRows, rowsPerField)])),
    values: {},
    lists: {},
    targets: { label: drawLabels(numRows) },
  };
}

function names(fields: number): string[] {
  return Array.from({ length: fields }, (_, f) => `f${f}`);
}
