import type { FieldSpec } from '@ctrflow/features';

/** A history as an oracle reads it: names of its sequences with the fields that they are compared with, and of its side columns. */
export interface OracleHistory {
  readonly pairs: readonly (readonly [events: string, target: string])[];
  readonly sides: readonly string[];
}

/** Clicks with two columns that share the tables of the target's fields, and one of their own. */
export const clickFields: readonly FieldSpec[] = [
  { name: 'item', kind: 'categorical' },
  { name: 'category', kind: 'categorical' },
  { name: 'items', kind: 'sequence', shareTable: 'item', history: 'clicks', maxLength: 6 },
  { name: 'categories', kind: 'sequence', shareTable: 'category', history: 'clicks', maxLength: 6 },
  { name: 'behaviours', kind: 'sequence', history: 'clicks', maxLength: 6 },
];

/** The histories of a schema of {@link clickFields}: the contract adds fields of every kind, a second history on the table of `user` among them. */
export const clickHistories: readonly OracleHistory[] = [
  { pairs: [['items', 'item'], ['categories', 'category']], sides: ['behaviours'] }, // prettier-ignore
  { pairs: [['history', 'user']], sides: [] },
];

/** The slots beside these histories. */
export const slotsBesideClicks: readonly string[] = ['item', 'category', 'user', 'day', 'user x item', 'age', 'age:missing', 'price', 'tags']; // prettier-ignore
