import { foldIn, integerAt, randomKey } from '@ctrflow/core';
import { createFitter } from '@ctrflow/features';
import type { FeatureSchema, RawTable, SchemaSpec, TextColumn } from '@ctrflow/features';

/** A text column of the given values. */
export function textColumn(values: readonly (string | null)[]): TextColumn {
  return { kind: 'text', dictionary: values, codes: Int32Array.from(values, (_, i) => i) };
}

/** Random raw rows for a declaration: small vocabularies, numbers, lists, some missing values, labels of both classes. */
export function randomColumns(spec: SchemaSpec, numRows: number, seed = 1): RawTable {
  const draw = (column: string, row: number, size: number): number =>
    integerAt(foldIn(randomKey(seed), column), row, size);
  const column = (name: string, value: (row: number) => string | null): TextColumn =>
    textColumn(Array.from({ length: numRows }, (_, row) => (draw(`${name}?`, row, 10) === 0 ? null : value(row))));
  /** As long as the other columns of its history. */
  const list = (history: string, entry: (row: number, t: number) => string): TextColumn =>
    column(history, (row) => Array.from({ length: draw(history, row, 5) }, (_, t) => entry(row, t)).join('^'));
  const columns: Record<string, TextColumn> = {};
  for (const field of spec.fields) {
    if (field.kind === 'crossed') continue;
    const name = field.column ?? field.name;
    if (field.kind === 'numeric') columns[name] = column(name, (row) => String(draw(name, row, 1000) / 100));
    else if (field.kind === 'time-part') columns[name] = column(name, (row) => `2024-01-${10 + draw(name, row, 20)}`);
    else if (field.kind === 'sequence' || field.kind === 'multi-hot') {
      const weight = (row: number, t: number): string =>
        field.kind === 'multi-hot' && field.weightSeparator !== undefined
          ? `${field.weightSeparator}${1 + draw(`${name}${t}:weight`, row, 8)}e-1`
          : '';
      const entry = (row: number, t: number): string => `v${draw(`${name}${t}`, row, 6)}${weight(row, t)}`;
      columns[name] = list((field.kind === 'sequence' ? field.history : undefined) ?? name, entry);
    } else columns[name] = column(name, (row) => `v${draw(name, row, 6)}`);
  }
  if (spec.label !== undefined) {
    const labels = Array.from({ length: numRows }, (_, row) => String(row < 2 ? row : draw('label', row, 2)));
    columns[spec.label.column] = textColumn(labels);
  }
  return { numRows, columns };
}

/** A schema fitted on these rows, or on so many random ones. */
export function fittedSchema(spec: SchemaSpec, rows: RawTable | number = 200, seed = 1): FeatureSchema {
  const fitter = createFitter(spec);
  fitter.add(typeof rows === 'number' ? randomColumns(spec, rows, seed) : rows);
  return fitter.finish();
}
