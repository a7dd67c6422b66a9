import type { SchemaSpec, FieldSpec } from '@ctrflow/features';
import { checkShop, itemFields, userFields } from './config';
import type { ShopConfig, ShopField } from './config';
import type { ShopEvent } from './history';
import type { ShopRow } from './row';

/** Separates the values of a history in a text file. */
export const HISTORY_SEPARATOR = '^';

/** Columns of a shop's file, in order. */
export function shopColumns(config: ShopConfig): string[] {
  const { journeys, purchaseBias, effects } = checkShop('shopColumns', config);
  return [
    ...['user_id', ...userFields, 'item_id', ...itemFields, 'price'],
    ...((effects?.position ?? 0) === 0 ? [] : ['position']),
    ...(journeys === undefined ? [] : ['session_id']),
    ...['timestamp', 'hour'],
    ...(journeys === undefined ? [] : historyColumns),
    ...(purchaseBias === undefined ? [] : ['purchase']),
    'click',
  ];
}

const historyColumns = ['history_items', 'history_categories', 'history_behaviours', 'history_times'];

/** A row as the texts of {@link shopColumns}. */
export function shopCells({
  userId,
  itemId,
  values,
  price,
  position,
  journey,
  purchase,
  timestamp,
  clicked,
}: ShopRow): string[] {
  const cells = [`u${userId}`];
  for (const name of userFields) cells.push(valueText(name, values[name]));
  cells.push(`i${itemId}`);
  for (const name of itemFields) cells.push(valueText(name, values[name]));
  cells.push(price.toFixed(2));
  if (position !== undefined) cells.push(String(position));
  if (journey !== undefined) cells.push(`s${journey.sessionId}`);
  cells.push(String(timestamp), String(values.hour));
  if (journey !== undefined) {
    const { items, categories, behaviours, times } = journey.history;
    cells.push(
      items.map((item) => `i${item}`).join(HISTORY_SEPARATOR),
      categories.map((category) => valueText('category', category)).join(HISTORY_SEPARATOR),
      behaviours.join(HISTORY_SEPARATOR),
      times.join(HISTORY_SEPARATOR),
    );
  }
  if (purchase !== undefined) cells.push(purchase.bought ? '1' : '0');
  cells.push(clicked ? '1' : '0');
  return cells;
}

/** Columns of the event log. */
export const eventColumns: readonly string[] = ['user_id', 'item_id', 'category', 'behaviour', 'timestamp'];

/** An event as the texts of {@link eventColumns}. */
export function eventCells({ userId, itemId, category, behaviour, timestamp }: ShopEvent): string[] {
  return [`u${userId}`, `i${itemId}`, valueText('category', category), behaviour, String(timestamp)];
}

/** How the value of a field is written, such as `cat3`. */
export function valueText(name: ShopField, value: number): string {
  return `${name.slice(0, 3)}${value}`;
}

/** The declaration that suits a shop's file. */
export function shopSchema(config: ShopConfig): SchemaSpec {
  const { journeys, effects } = checkShop('shopSchema', config);
  const position = (effects?.position ?? 0) === 0 ? [] : ['position'];
  const categorical = ['user_id', ...userFields, 'item_id', ...itemFields, ...position, 'hour'];
  const history = (name: string, shareTable?: string): FieldSpec => ({
    name,
    kind: 'sequence',
    separator: HISTORY_SEPARATOR,
    maxLength: journeys?.maxHistory ?? 0,
    history: 'history',
    ...(shareTable !== undefined && { shareTable }),
  });
  return {
    fields: [
      ...categorical.map((name) => ({
        name,
        kind: 'categorical' as const,
        ...(name.endsWith('_id') && { minCount: 20 }),
      })),
      { name: 'price', kind: 'numeric', transform: 'quantile', numBuckets: 20 },
      ...(journeys === undefined
        ? []
        : [
            history('history_items', 'item_id'),
            history('history_categories', 'category'),
            history('history_behaviours'),
          ]),
    ],
    label: { column: 'click' },
    time: { column: 'timestamp', format: 'unix-seconds' },
  };
}
