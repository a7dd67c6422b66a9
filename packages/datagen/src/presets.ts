import { ConfigError, checkText, expected, suggest } from '@ctrflow/core';
import type { JourneyConfig, ShopConfig } from './config';

/**
 * `shop-v1`, frozen: click rate 5 to 20 %, best AUC 0.80 to 0.88, and at least 0.03 of it beyond the reach of any model without interactions. No history, drift or position
 * effects.
 */
const shopV1: ShopConfig = {
  name: 'shop-v1',
  numUsers: 20_000,
  numItems: 5_000,
  fields: {
    gender: 2,
    age_group: 7,
    occupation: 15,
    city: 30,
    device: 3,
    category: 20,
    brand: 40,
    price_level: 6,
    hour: 24,
  },
  bias: -2.9,
  linearScale: 0.35,
  pairScale: 0.55,
  latentDim: 4,
  idScale: 0.1,
  popularityExponent: 0.8,
};

const journeys: JourneyConfig = {
  secondsPerStep: 20,
  numVisits: 8,
  visitLength: 8,
  viewShare: 0.4,
  numInterests: 4,
  interestShare: 0.5,
  interestChange: 0.3,
  maxHistory: 20,
  warmUp: 12,
};

/** What the shops with one effect have in common: fields and pairs as in `shop-v1`, but weaker, so that the effect is most of what there is to learn. */
const withOneEffect = { ...shopV1, linearScale: 0.25, pairScale: 0.3, numUsers: 5_000, numItems: 2_000 };

/** `shop-history-v1`, frozen: what users did before decides more than what they are. */
const shopHistoryV1: ShopConfig = {
  ...withOneEffect,
  name: 'shop-history-v1',
  bias: -2.9,
  purchaseBias: -2,
  journeys,
  effects: { history: 3 },
};

/** `shop-order-v1`, frozen: the order of what users did decides, and a bag of it says nothing. */
const shopOrderV1: ShopConfig = {
  ...withOneEffect,
  name: 'shop-order-v1',
  bias: -2.7,
  purchaseBias: -2,
  journeys,
  effects: { order: 5 },
};

/** `shop-mask-v1`, frozen: user and moment decide which parts of an item count. */
const shopMaskV1: ShopConfig = {
  ...withOneEffect,
  name: 'shop-mask-v1',
  numUsers: 20_000,
  bias: -2.7,
  purchaseBias: -2,
  effects: { mask: 1.5 },
};

/** Presets by name. A preset never changes once a model has been trained on it; a better one gets a new name. */
export const shopPresets: Readonly<Record<string, ShopConfig>> = {
  'shop-v1': shopV1,
  'shop-history-v1': shopHistoryV1,
  'shop-order-v1': shopOrderV1,
  'shop-mask-v1': shopMaskV1,
};

/**
 * A shop by the name of its preset.
 *
 * @throws ConfigError for a name that no preset has
 */
export function shopPreset(name: string): ShopConfig {
  if (Object.hasOwn(shopPresets, checkText('shopPreset', 'name', name))) return shopPresets[name];
  const near = suggest(name, Object.keys(shopPresets));
  throw new ConfigError(
    expected('shop', `a preset among ${Object.keys(shopPresets).join(', ')}`, name, near && `did you mean "${near}"?`),
  );
}
