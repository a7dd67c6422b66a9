import type { Population } from './population';
import type { ShopHistory } from './history';
import { itemFields, momentFields, userFields } from './config';
import type { ShopField } from './config';
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
  /** The true probability of a click. */
  readonly probability: number;
  /** The true model without its interactions and switchable effects: what an additive model could learn at best. */
  readonly additiveProbability: number;
  /** The true model without its switchable effects. */
  readonly baseProbability: number;
  /** Place in the list, from 0; present where positions have an effect. */
  readonly position?: number;
  readonly purchase?: ShopPurchase;
  readonly journey?: ShopJourney;
}

/** The second label of a row. */
export interface ShopPurchase {
  readonly bought: boolean;
  /** The true probability of a click and a purchase. */
  readonly probability: number;
}

/** What users who come back add to a row. */
export interface ShopJourney {
  /** Visits of a user with 30 minutes of nothing between them are different sessions. */
  readonly sessionId: number;
  readonly history: ShopHistory;
}

/** Values of a row's fields. */
export function fieldValues(population: Population, userId: number, itemId: number, timestamp: number): FieldValues {
  const values = {} as Record<ShopField, number>;
  for (const name of userFields) values[name] = population.users[name]![userId];
  for (const name of itemFields) values[name] = population.items[name]![itemId];
  for (const name of momentFields) values[name] = Math.floor(timestamp / 3600) % 24;
  return values;
}

/** The logistic function. */
export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
