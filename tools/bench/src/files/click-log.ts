import { logUniformAt, normalAt, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { SchemaSpec } from '@ctrflow/features';
import { keyOf } from '../draws';

/** A column of a generated log. */
export interface LogColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
  /** Distinct values at most; log-uniform. Of a number: 0 to size - 1. */
  readonly size: number;
  /** Share of empty cells. Default 0. */
  readonly missing?: number;
  /** Text of a value. Default: the number. */
  readonly text?: (value: number) => string;
}

const prefixed = (prefix: string) => (value: number) => `${prefix}_${value}`;
const decimal = (value: number): string => (value / 100).toFixed(2);
/** Eight hex digits, as the hashed categories of Criteo's log. */
const hashed = (column: number) => (value: number) =>
  (Math.imul(value + 1, 0x9e3779b1) ^ Math.imul(column + 1, 0x85ebca6b)).toString(16).replace('-', '').padStart(8, '0');

/** 7 texts, 3 numbers and the label. */
export const narrowLog: readonly LogColumn[] = [
  { name: 'user', kind: 'categorical', size: 120_000, text: prefixed('user') },
  { name: 'item', kind: 'categorical', size: 60_000, text: prefixed('item') },
  { name: 'brand', kind: 'categorical', size: 2000, text: prefixed('brand') },
  { name: 'category', kind: 'categorical', size: 60, text: prefixed('category') },
  { name: 'city', kind: 'categorical', size: 400, text: prefixed('city') },
  { name: 'device', kind: 'categorical', size: 12, text: prefixed('device') },
  { name: 'referrer', kind: 'categorical', size: 5000, text: (value) => `https://shop.example/${value}?from=mail` },
  { name: 'age', kind: 'numeric', size: 80 },
  { name: 'price', kind: 'numeric', size: 50_000, text: decimal },
  { name: 'visits', kind: 'numeric', size: 500 },
];

/** Distinct values of Criteo's categories in a sample of a million rows, rounded. */
const criteoSizes = [
  ...[1300, 520, 320_000, 110_000, 270, 16, 11_000, 560, 3, 33_000, 5000, 250_000, 3100],
  ...[26, 9500, 190_000, 10, 4000, 1900, 4, 220_000, 15, 15, 45_000, 80, 33_000],
];

/** Criteo's layout: 13 numbers, many of them missing, 26 hashed texts and the label. */
export const wideLog: readonly LogColumn[] = [
  ...Array.from({ length: 13 }, (_, i): LogColumn => ({ name: `I${i + 1}`, kind: 'numeric', size: 20_000, missing: i % 3 === 0 ? 0.4 : 0.05 })), // prettier-ignore
  ...criteoSizes.map((size, c): LogColumn => ({ name: `C${c + 1}`, kind: 'categorical', size, missing: c % 5 === 2 ? 0.03 : 0, text: hashed(c) })), // prettier-ignore
];

/** What both sides make of a log: texts as vocabulary ids, numbers standardized. */
export function logSchema(columns: readonly LogColumn[]): SchemaSpec {
  return {
    fields: columns.map(({ name, kind }) =>
      kind === 'numeric' ? { name, kind, transform: 'standard', missingIndicator: false } : { name, kind },
    ),
    label: { column: 'label' },
  };
}

/** A header and rows, 5,000 at a time. */
export function* logLines(columns: readonly LogColumn[], rows: number): Generator<string> {
  const cells = columns.map((column) => cellOf(column, keyOf('log', column.name)));
  const label = keyOf('log', 'label');
  yield `label,${columns.map(({ name }) => name).join(',')}\n`;
  for (let from = 0; from < rows; from += 5000) {
    let text = '';
    for (let row = from; row < Math.min(rows, from + 5000); row++) {
      text += uniformAt(label, row) < 0.25 ? '1' : '0';
      for (const cell of cells) text += `,${cell(row)}`;
      text += '\n';
    }
    yield text;
  }
}

function cellOf({ kind, size, missing = 0, text = String }: LogColumn, key: RandomKey): (row: number) => string {
  const value = kind === 'categorical' ? logUniformAt : positiveNormalAt;
  return (row) => (missing > 0 && uniformAt(key, 2 ** 40 + row) < missing ? '' : text(value(key, row, size)));
}

function positiveNormalAt(key: RandomKey, row: number, size: number): number {
  return Math.min(size - 1, Math.floor(Math.abs(normalAt(key, row)) * (size / 4)));
}
