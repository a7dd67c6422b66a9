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
  /** 0, 1 or 2 gaps after the event before. */
  const timeText = (row: number, name: string, t: number, gapMinutes: number): string => {
    const gaps = Array.from({ length: t }, (_, i) => draw(`${name}${i}`, row, 3)).reduce((sum, gap) => sum + gap, 0);
    return new Date(Date.UTC(2024, 0, 10) + gaps * gapMinutes * 60_000).toISOString();
  };
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
      const history = (field.kind === 'sequence' ? field.history : undefined) ?? name;
      columns[name] = list(history, entry);
      if (field.kind === 'sequence' && field.sessions !== undefined) {
        const { times, gapMinutes = 30 } = field.sessions;
        columns[times] = list(history, (row, t) => timeText(row, times, t, gapMinutes));
      }
    } else columns[name] = column(name, (row) => `v${draw(name, row, 6)}`);
  }
  if (spec.label !== undefined) {
    const labels = Array.from({ length: numRows }, (_, row) => String(row < 2 ? row : draw('label', row, 2)));
    columns[spec.label.column] = textColumn(labels);
  }
  for (const target of spec.targets ?? []) {
    const name = target.column ?? target.name;
    const value = (row: number): string => {
      if (target.kind === 'class') return target.classes[draw(name, row, target.classes.length)];
      return String(target.kind === 'number' ? draw(name, row, 1000) / 100 : row < 2 ? row : draw(name, row, 2));
    };
    columns[name] = textColumn(Array.from({ length: numRows }, (_, row) => value(row)));
  }
  return { numRows, columns };
}

/** A schema fitted on these rows, or on so many random ones. */
export function fittedSchema(spec: SchemaSpec, rows: RawTable | number = 200, seed = 1): FeatureSchema {
  const fitter = createFitter(spec);
  fitter.add(typeof rows === 'number' ? randomColumns(spec, rows, seed) : rows);
  return fitter.finish();
}
