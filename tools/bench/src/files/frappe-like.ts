import { integerAt, logUniformAt, normalAt, uniformAt } from '@ctrflow/core';
import type { SchemaSpec } from '@ctrflow/features';
import { keyOf } from '../draws';

/** Fields of Frappe with their cardinalities, as its published splits have them. */
export const frappeFields = {
  user: 957,
  item: 4082,
  daytime: 7,
  weekday: 7,
  isweekend: 2,
  homework: 3,
  cost: 2,
  weather: 9,
  country: 80,
  city: 233,
} as const;

const names = Object.keys(frappeFields) as (keyof typeof frappeFields)[];
const LATENT_DIM = 3;

/** Ten categorical fields and a label. */
export const frappeSchema: SchemaSpec = {
  fields: names.map((name) => ({ name, kind: 'categorical' })),
  label: { column: 'label' },
};

/** Rows `from` to `to` of an endless log with Frappe's cardinalities, whose labels follow users, items and their interaction. */
export function* frappeLines(from: number, to: number): Generator<string> {
  const keys = names.map((name) => keyOf('frappe', name));
  const label = keyOf('frappe', 'label');
  yield `label,${names.join(',')}\n`;
  for (let start = from; start < to; start += 5000) {
    let text = '';
    for (let row = start; row < Math.min(to, start + 5000); row++) {
      const values = names.map((name, f) => valueAt(keys[f], row, frappeFields[name]));
      const probability = 1 / (1 + Math.exp(-logit(values)));
      text += `${uniformAt(label, row) < probability ? 1 : 0},${values.join(',')}\n`;
    }
    yield text;
  }
}

/** Small fields evenly, large ones with a heavy head. */
function valueAt(key: Parameters<typeof integerAt>[0], row: number, size: number): number {
  return size < 100 ? integerAt(key, row, size) : logUniformAt(key, row, size);
}

const effects = new Map<string, number>();

function logit([user, item, ...others]: readonly number[]): number {
  const context = others.reduce((sum, value, f) => sum + 0.2 * effect(`c${f}`, value), 0);
  let interaction = 0;
  for (let d = 0; d < LATENT_DIM; d++) interaction += effect(`u${d}`, user) * effect(`i${d}`, item);
  return -1 + effect('user', user) + effect('item', item) + interaction + context;
}

function effect(name: string, value: number): number {
  const at = `${name}/${value}`;
  const known = effects.get(at);
  if (known !== undefined) return known;
  const drawn = normalAt(keyOf('frappe', 'effect', name), value);
  effects.set(at, drawn);
  return drawn;
}
