import { ConfigError, checkInteger, expected, foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { checkShop } from './config';
import type { ShopConfig } from './config';
import { createJudge } from './judge';
import { createPopulation, rankOf } from './population';
import type { ShopRow } from './row';

/** 2024-01-01. */
export const FIRST_TIMESTAMP = 1_704_067_200;
const SECONDS_PER_ROW = 7;

/**
 * A shop whose rows are a function of (config, seed, index): streaming, in any order, and the first n rows are the same however many follow.
 *
 * @example
 * const shop = createShop(shopPreset('shop-v1'));
 * shop.row(0).probability;
 * @throws ConfigError for a shop with journeys: its rows depend on those before, see {@link simulateShop}
 */
export function createShop(config: ShopConfig, seed = 1): { row(index: number): ShopRow } {
  checkShop('createShop', config);
  checkInteger('createShop', 'seed', seed, { min: 0 });
  if (config.journeys !== undefined) {
    throw new ConfigError(
      expected('createShop', 'a shop without journeys', config.name, 'simulateShop goes through it'),
    );
  }
  const { history = 0, order = 0 } = config.effects ?? {};
  if (history !== 0 || order !== 0) {
    throw new ConfigError(expected('createShop', 'journeys for the effects history and order', 'none'));
  }
  const key = foldIn(randomKey(seed), 'shop', config.name);
  const population = createPopulation(config, key);
  const judge = createJudge(config, population, key);
  const [users, items, moments] = ['user', 'item', 'moment'].map((name) => foldIn(key, name));
  return {
    row(index) {
      const userId = Math.floor(uniformAt(users, index) * config.numUsers);
      const itemId = rankOf(population.popularity, uniformAt(items, index));
      const timestamp =
        FIRST_TIMESTAMP + index * SECONDS_PER_ROW + Math.floor(uniformAt(moments, index) * SECONDS_PER_ROW);
      return judge({ index, userId, itemId, timestamp });
    },
  };
}
