import { ConfigError, expected, foldIn, randomKey, suggest, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { SchemaSpec } from '@ctrflow/features';
import { itemFields, momentFields, shopPresets, userFields } from './config';
import type { ShopConfig, ShopField } from './config';
import { ShopTruth, attribute } from './truth';
import type { FieldValues } from './truth';

/** A row of a shop: an item shown to a user, with the true probability of a click. */
export interface ShopRow {
  readonly userId: number;
  readonly itemId: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly values: FieldValues;
  readonly price: number;
  readonly clicked: boolean;
  readonly probability: number;
  readonly additiveProbability: number;
}

/** 2024-01-01, and one minute between rows. */
const FIRST_TIMESTAMP = 1_704_067_200;
const SECONDS_PER_ROW = 7;

/** A shop by the name of its preset. */
export function shopPreset(name: string): ShopConfig {
  const preset = shopPresets[name];
  if (preset !== undefined) return preset;
  const near = suggest(name, Object.keys(shopPresets));
  throw new ConfigError(
    expected('shop', `a preset among ${Object.keys(shopPresets).join(', ')}`, name, near && `did you mean "${near}"?`),
  );
}

/**
 * A shop whose rows are a function of (config, seed, index): streaming, in any order, and the first n rows are the same however many follow.
 *
 * @example
 * const shop = createShop(shopPreset('shop-v1'));
 * shop.row(0).probability;
 */
export function createShop(config: ShopConfig, seed = 1): { row(index: number): ShopRow } {
  const key = foldIn(randomKey(seed), 'shop', config.name);
  const truth = new ShopTruth(config, key);
  const popularity = cumulativePopularity(config);
  const [users, items, moments, clicks] = ['user', 'item', 'moment', 'click'].map((name) => foldIn(key, name));
  const fieldKeys = Object.fromEntries(
    (Object.keys(config.fields) as ShopField[]).map((name) => [name, foldIn(key, 'field', name)]),
  ) as Record<ShopField, RandomKey>;
  const priceKey = foldIn(key, 'price');
  const size = config.fields;
  return {
    row(index) {
      const userId = Math.floor(uniformAt(users, index) * config.numUsers);
      const itemId = rankOf(popularity, uniformAt(items, index));
      const timestamp =
        FIRST_TIMESTAMP + index * SECONDS_PER_ROW + Math.floor(uniformAt(moments, index) * SECONDS_PER_ROW);
      const values = {} as Record<ShopField, number>;
      for (const name of userFields) values[name] = attribute(fieldKeys[name], userId, size[name]);
      for (const name of itemFields) values[name] = attribute(fieldKeys[name], itemId, size[name]);
      for (const name of momentFields) values[name] = Math.floor(timestamp / 3600) % 24;
      const probability = sigmoid(truth.logit(values, userId, itemId));
      const additiveProbability = sigmoid(truth.additiveLogit(values, userId, itemId));
      const price = Math.round(100 * 3 ** (values.price_level + uniformAt(priceKey, itemId))) / 100;
      const clicked = uniformAt(clicks, index) < probability;
      return { userId, itemId, timestamp, values, price, clicked, probability, additiveProbability };
    },
  };
}

/** Columns of a shop's file, in order. */
export const shopColumns: readonly string[] = [
  'user_id',
  ...userFields,
  'item_id',
  ...itemFields,
  'price',
  'timestamp',
  'hour',
  'click',
];

/** A row as the texts of {@link shopColumns}. */
export function shopCells({ userId, itemId, values, price, timestamp, clicked }: ShopRow): string[] {
  const value = (name: ShopField): string => `${name.slice(0, 3)}${values[name]}`;
  return [
    `u${userId}`,
    ...userFields.map(value),
    `i${itemId}`,
    ...itemFields.map(value),
    price.toFixed(2),
    String(timestamp),
    String(values.hour),
    clicked ? '1' : '0',
  ];
}

/** The declaration that suits a shop's file. */
export function shopSchema(): SchemaSpec {
  const categorical = ['user_id', ...userFields, 'item_id', ...itemFields, 'hour'];
  return {
    fields: [
      ...categorical.map((name) => ({
        name,
        kind: 'categorical' as const,
        ...(name.endsWith('_id') && { minCount: 20 }),
      })),
      { name: 'price', kind: 'numeric', transform: 'quantile', numBuckets: 20 },
    ],
    label: { column: 'click' },
    time: { column: 'timestamp', format: 'unix-seconds' },
  };
}

function cumulativePopularity({ numItems, popularityExponent }: ShopConfig): Float64Array {
  const cumulative = new Float64Array(numItems);
  let sum = 0;
  for (let rank = 0; rank < numItems; rank++) cumulative[rank] = sum += (rank + 1) ** -popularityExponent;
  return cumulative.map((value) => value / sum);
}

/** The first rank whose cumulative popularity is above `share`. */
function rankOf(cumulative: Float64Array, share: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle] > share) high = middle;
    else low = middle + 1;
  }
  return low;
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
