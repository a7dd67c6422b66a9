import { checkInteger, checkKnownOptions, checkNumber, checkText } from '@ctrflow/core';
import { checkUsers, isPurchase } from './log';
import type { EventsByUser } from './log';

/** Options of {@link relatedCategories}. */
export interface RelatedCategoriesOptions {
  /** Most categories. Default 3. */
  readonly count?: number;
  /** Least number of users who bought in both. Default 5. */
  readonly minUsers?: number;
  /** Least correlation. Default 0.1. */
  readonly minCorrelation?: number;
}

/** The options with their defaults, checked. */
export function relatedSettings(
  who: string,
  { count = 3, minUsers = 5, minCorrelation = 0.1 }: RelatedCategoriesOptions,
): Required<RelatedCategoriesOptions> {
  checkInteger(who, 'count', count, { min: 1 });
  checkInteger(who, 'minUsers', minUsers, { min: 1 });
  checkNumber(who, 'minCorrelation', minCorrelation, { min: -1, max: 1 });
  return { count, minUsers, minCorrelation };
}

/**
 * Categories strongly related to a target: those with the largest correlation, over users, of "bought in it" and "bought in the target",
 * `phi = (n n_both - n_a n_b) / sqrt(n_a n_b (n - n_a) (n - n_b))`; ties by name. Unlike a quotient of probabilities it does not prefer categories that hardly anybody buys in.
 */
export function relatedCategories(
  users: EventsByUser,
  target: string,
  options: RelatedCategoriesOptions = {},
): string[] {
  checkUsers('relatedCategories', users);
  checkText('relatedCategories', 'target', target);
  checkKnownOptions('relatedCategories', options, ['count', 'minUsers', 'minCorrelation']);
  const { count, minUsers, minCorrelation } = relatedSettings('relatedCategories', options);
  const buyers = new Map<string, number>();
  const both = new Map<string, number>();
  const add = (counts: Map<string, number>, category: string): unknown =>
    counts.set(category, (counts.get(category) ?? 0) + 1);
  for (const events of users.values()) {
    const bought = new Set(events.filter(isPurchase).map(({ category }) => category));
    for (const category of bought) {
      add(buyers, category);
      if (bought.has(target)) add(both, category);
    }
  }
  const n = users.size;
  const a = buyers.get(target) ?? 0;
  const found = [...both].flatMap(([category, common]) => {
    const b = buyers.get(category) ?? 0;
    const spread = Math.sqrt(a * b * (n - a) * (n - b));
    const phi = spread === 0 ? 0 : (n * common - a * b) / spread;
    return category === target || common < minUsers || phi < minCorrelation ? [] : [{ category, phi }];
  });
  const byName = (x: string, y: string): number => (x < y ? -1 : 1);
  found.sort((x, y) => y.phi - x.phi || byName(x.category, y.category));
  return found.slice(0, count).map(({ category }) => category);
}
