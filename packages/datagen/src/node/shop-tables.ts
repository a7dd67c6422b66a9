import { foldIn, integerAt, randomKey } from '@ctrflow/core';
import { eventCells, eventColumns, shopCells, shopColumns, valueText } from '../columns';
import { itemFields, userFields } from '../config';
import type { ShopConfig } from '../config';
import type { ShopEvent } from '../history';
import { createPopulation } from '../population';
import type { ShopRow } from '../row';
import type { Table } from './tables';

/** Type of a column in Parquet where it is not text. */
const types: Readonly<Record<string, string>> = {
  price: 'DOUBLE',
  age: 'INTEGER',
  popularity: 'DOUBLE',
  position: 'INTEGER',
  timestamp: 'BIGINT',
  hour: 'INTEGER',
  history_items: 'VARCHAR[]',
  history_categories: 'VARCHAR[]',
  history_behaviours: 'VARCHAR[]',
  history_times: 'BIGINT[]',
  purchase: 'TINYINT',
  click: 'TINYINT',
  row: 'BIGINT',
  click_probability: 'DOUBLE',
  purchase_probability: 'DOUBLE',
};

function table(name: string, columns: readonly string[]): Table {
  return { name, columns: columns.map((column) => ({ name: column, type: types[column] ?? 'VARCHAR' })) };
}

/** The interactions. */
export function interactionTable(config: ShopConfig): Table & { cells(row: ShopRow): readonly string[] } {
  return { ...table('interactions', shopColumns(config)), cells: shopCells };
}

/** The event log. */
export const eventTable: Table & { cells(event: ShopEvent): readonly string[] } = {
  ...table('events', eventColumns),
  cells: eventCells,
};

/** What was drawn and how probable it was, a line per interaction. */
export function probabilityTable({ purchaseBias }: ShopConfig): Table & { cells(row: ShopRow): readonly string[] } {
  const labels = ['click', ...(purchaseBias === undefined ? [] : ['purchase'])];
  return {
    ...table('probabilities', labels.flatMap((label) => [label, `${label}_probability`])), // prettier-ignore
    cells: ({ clicked, probability, purchase }) => [
      ...[clicked ? '1' : '0', String(probability)],
      ...(purchase === undefined ? [] : [purchase.bought ? '1' : '0', String(purchase.probability)]),
    ],
  };
}

/** Who the users are. */
export function userTable(config: ShopConfig, seed: number): Table & { readonly rows: Iterable<readonly string[]> } {
  const key = foldIn(randomKey(seed), 'shop', config.name);
  const { users } = createPopulation(config, key);
  const ages = foldIn(key, 'age');
  return {
    ...table('users', ['user_id', 'age', ...userFields]),
    rows: numbered(config.numUsers, (user) => [
      `u${user}`,
      String(18 + 8 * users.age_group![user] + integerAt(ages, user, 8)), // group g: from 18 + 8 g, 8 years
      ...userFields.map((name) => valueText(name, users[name]![user])),
    ]),
  };
}

/** What the items are; popularity is the share of impressions that are drawn by popularity. */
export function itemTable(config: ShopConfig, seed: number): Table & { readonly rows: Iterable<readonly string[]> } {
  const { items, prices, popularity } = createPopulation(config, foldIn(randomKey(seed), 'shop', config.name));
  return {
    ...table('items', ['item_id', ...itemFields, 'price', 'popularity']),
    rows: numbered(config.numItems, (item) => [
      `i${item}`,
      ...itemFields.map((name) => valueText(name, items[name]![item])),
      prices[item].toFixed(2),
      (popularity[item] - (item === 0 ? 0 : popularity[item - 1])).toPrecision(6),
    ]),
  };
}

function* numbered(size: number, cells: (index: number) => readonly string[]): Generator<readonly string[]> {
  for (let i = 0; i < size; i++) yield cells(i);
}
