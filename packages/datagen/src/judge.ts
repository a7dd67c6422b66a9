import { foldIn, integerAt, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { ShopConfig } from './config';
import { createRowEffects } from './effects';
import { fieldValues, sigmoid } from './row';
import type { ShopRow } from './row';
import type { Population } from './population';
import { ShopTruth } from './truth';

/** Places of a list. */
const NUM_POSITIONS = 10;

/** What a user, an item and a moment make of a row, and what the past adds. */
export interface Showing {
  /** Of the random numbers that are drawn for this row. */
  readonly index: number;
  readonly userId: number;
  readonly itemId: number;
  readonly timestamp: number;
  /** Added to the logit of the click, and of the purchase. Default 0. */
  readonly pastLogit?: number;
  readonly pastPurchaseLogit?: number;
}

/** Computes the truth of a row and draws its labels. */
export function createJudge(config: ShopConfig, population: Population, key: RandomKey): (showing: Showing) => ShopRow {
  const truth = new ShopTruth(config, key);
  const effects = createRowEffects(config, foldIn(key, 'effects'));
  const { purchaseBias } = config;
  const purchases =
    purchaseBias === undefined ? undefined : new ShopTruth({ ...config, bias: purchaseBias }, foldIn(key, 'purchase'));
  const [clicks, positions, buys] = ['click', 'position', 'buy'].map((name) => foldIn(key, name));
  const withPosition = (config.effects?.position ?? 0) !== 0;
  return ({ index, userId, itemId, timestamp, pastLogit = 0, pastPurchaseLogit = 0 }) => {
    const values = fieldValues(population, userId, itemId, timestamp);
    const position = withPosition ? integerAt(positions, index, NUM_POSITIONS) : 0;
    const logit = truth.logit(values, userId, itemId);
    const probability = sigmoid(logit + (effects.logit(values, timestamp, position) + pastLogit));
    const clicked = uniformAt(clicks, index) < probability;
    const buying = purchases === undefined ? 0 : sigmoid(purchases.logit(values, userId, itemId) + pastPurchaseLogit);
    return {
      userId,
      itemId,
      timestamp,
      values,
      price: population.prices[itemId],
      clicked,
      probability,
      additiveProbability: sigmoid(truth.additiveLogit(values, userId, itemId)),
      baseProbability: sigmoid(logit),
      ...(withPosition && { position }),
      ...(purchases !== undefined && {
        purchase: { bought: clicked && uniformAt(buys, index) < buying, probability: probability * buying },
      }),
    };
  };
}
