import { isPurchase } from './log';
import type { EventsByUser } from './log';

/** Options of {@link relatedCategories}. */
export interface RelatedCategoriesOptions {
  /** Most categories. Default 3. */
  readonly count?: number;
  /** Least number of users who bought in both. Default 5. */
  readonly minUsers?: number;
  /** Least lift. Default 1.2. */
  readonly minLift?: number;
}

/**
 * Categories that those who buy in the target category buy in more often than others do, by falling lift
 * `P(target and c) / (P(target) P(c))` over users; ties by name.
 */
export function relatedCategories(
  users: EventsByUser,
  target: string,
  { count = 3, minUsers = 5, minLift = 1.2 }: RelatedCategoriesOptions = {},
): string[] {
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
  const ofTarget = buyers.get(target) ?? 0;
  const lifts = [...both].flatMap(([category, common]) => {
    const lift = (common * users.size) / (ofTarget * (buyers.get(category) ?? 1));
    return category === target || common < minUsers || lift < minLift ? [] : [{ category, lift }];
  });
  const byName = (a: string, b: string): number => (a < b ? -1 : 1);
  lifts.sort((a, b) => b.lift - a.lift || byName(a.category, b.category));
  return lifts.slice(0, count).map(({ category }) => category);
}
