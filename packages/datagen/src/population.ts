import { foldIn, integerAt, recordOf, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { itemFields, userFields } from './config';
import type { ShopConfig, ShopField } from './config';

/** Users and items of a shop, in columns. */
export interface Population {
  /** `[users]` per field of users: indices of values. */
  readonly users: Readonly<Partial<Record<ShopField, Uint32Array>>>;
  /** `[items]` per field of items. */
  readonly items: Readonly<Partial<Record<ShopField, Uint32Array>>>;
  /** `[items]`, with two digits. */
  readonly prices: Float64Array;
  /** `[items]`: P(item <= i). */
  readonly popularity: Float64Array;
}

/** Draws who the users and what the items are. */
export function createPopulation(config: ShopConfig, key: RandomKey): Population {
  const columns = (names: readonly ShopField[], owners: number): Partial<Record<ShopField, Uint32Array>> =>
    recordOf(
      names.map((name) => {
        const values = foldIn(key, 'field', name);
        return [
          name,
          Uint32Array.from({ length: owners }, (_, owner) => integerAt(values, owner, config.fields[name])),
        ];
      }),
    );
  const items = columns(itemFields, config.numItems);
  const priceKey = foldIn(key, 'price');
  const prices = Float64Array.from(
    items.price_level!,
    (level, item) => Math.round(100 * 3 ** (level + uniformAt(priceKey, item))) / 100,
  );
  const all = Uint32Array.from({ length: config.numItems }, (_, item) => item);
  return {
    users: columns(userFields, config.numUsers),
    items,
    prices,
    popularity: cumulativePopularity(all, config.popularityExponent),
  };
}

/** Cumulative shares of items whose popularity follows the power law of their number. */
export function cumulativePopularity(items: Uint32Array, exponent: number): Float64Array {
  const cumulative = new Float64Array(items.length);
  let sum = 0;
  for (let i = 0; i < items.length; i++) cumulative[i] = sum += (items[i] + 1) ** -exponent;
  return cumulative.map((value) => value / sum);
}

/** The first rank whose cumulative popularity is above `share`. */
export function rankOf(cumulative: Float64Array, share: number): number {
  let [low, high] = [0, cumulative.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle] > share) high = middle;
    else low = middle + 1;
  }
  return low;
}
