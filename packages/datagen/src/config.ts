import { checkInteger, checkObject, checkText } from '@ctrflow/core';

/** A synthetic shop. Every number that shapes its true click probabilities is here. */
export interface ShopConfig {
  /** Part of the key of all random numbers: shops of different names have nothing in common. */
  readonly name: string;
  readonly numUsers: number;
  readonly numItems: number;
  /** Values of each field of users and items. */
  readonly fields: Readonly<Record<ShopField, number>>;
  /** Added to every logit; sets the click rate. */
  readonly bias: number;
  /** Standard deviation of the effect of a field's values on the logit. */
  readonly linearScale: number;
  /** Standard deviation of the product of two latent vectors, for each interacting pair of fields. */
  readonly pairScale: number;
  /** D of the latent vectors. */
  readonly latentDim: number;
  /** Standard deviation of the effects of single users and items. */
  readonly idScale: number;
  /** Exponent of the power law of item popularity: P(rank k) ~ k^-exponent. */
  readonly popularityExponent: number;
  /** Effects beyond fields and pairs. Default: none. */
  readonly effects?: ShopEffects;
  /** Users who come back and leave a history; without it, rows do not depend on each other. */
  readonly journeys?: JourneyConfig;
  /** Logit of a purchase after a click; without it, nobody buys. */
  readonly purchaseBias?: number;
}

/** Strengths of the switchable effects, in units of the logit. 0, the default, is exactly off. */
export interface ShopEffects {
  /** Match of the target's category with what the user did before. Needs journeys. */
  readonly history?: number;
  /** What the user did last counts more; given the bag of past events, it is zero on average. Needs journeys. */
  readonly order?: number;
  /** Embeddings of the item multiplied element by element by a mask that user and moment decide. */
  readonly mask?: number;
  /** Effects of the item's fields swing over time. */
  readonly drift?: number;
  /** Places further down the list are clicked less. */
  readonly position?: number;
}

/** How users come back. */
export interface JourneyConfig {
  /** Something happens in the shop every so many seconds. */
  readonly secondsPerStep: number;
  /** Visits at the same time. */
  readonly numVisits: number;
  /** Mean number of steps of a visit. */
  readonly visitLength: number;
  /** Share of steps in which the user looks for an item by itself, without an impression. */
  readonly viewShare: number;
  /** Categories that a user is interested in at a time. */
  readonly numInterests: number;
  /** Share of items from the user's interests; the others are drawn by popularity. */
  readonly interestShare: number;
  /** Probability that a visit replaces one interest. */
  readonly interestChange: number;
  /** Events of a user that a row carries at most: the latest ones. */
  readonly maxHistory: number;
  /** Views per user before the first row, on average. */
  readonly warmUp: number;
}

/** @throws ConfigError for what is no shop */
export function checkShop(who: string, config: ShopConfig): ShopConfig {
  const { name, numUsers, numItems, fields } = checkObject(who, 'a shop, as shopPreset gives it', config);
  checkText(who, 'the name of the shop', name);
  checkInteger(who, 'numUsers', numUsers, { min: 1 });
  checkInteger(who, 'numItems', numItems, { min: 1 });
  checkObject(who, 'numbers of values by field for fields', fields);
  return config;
}

/** Fields with effects and interactions of their own. */
export type ShopField =
  'gender' | 'age_group' | 'occupation' | 'city' | 'device' | 'category' | 'brand' | 'price_level' | 'hour';

/** Fields that belong to the user, to the item, or to the moment. */
export const userFields: readonly ShopField[] = ['gender', 'age_group', 'occupation', 'city', 'device'];
export const itemFields: readonly ShopField[] = ['category', 'brand', 'price_level'];
export const momentFields: readonly ShopField[] = ['hour'];

/** Pairs of fields that interact: what a user is with what an item is. */
export const interactingPairs: readonly (readonly [ShopField, ShopField])[] = [
  ['gender', 'category'],
  ['age_group', 'category'],
  ['occupation', 'category'],
  ['city', 'brand'],
  ['occupation', 'price_level'],
  ['device', 'category'],
  ['age_group', 'brand'],
  ['hour', 'category'],
];
