import { checkInteger, checkKnownOptions, foldIn, integerAt, permutation, randomKey, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { TextColumn } from '@ctrflow/features';

/** Options of {@link simulatePurchases}. */
export interface SimulatePurchasesOptions {
  /** Default 10,000. */
  readonly numUsers?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** A log of purchases and views, and the truth about it. */
export interface SimulatedPurchases {
  /** Columns as `purchaseSamples` of `@ctrflow/data` takes them. */
  readonly log: {
    readonly user: TextColumn;
    readonly category: TextColumn;
    /** Whole days from 0 to 729. */
    readonly day: Int32Array;
    readonly amount: Float64Array;
    /** `purchase` or `view`. */
    readonly behaviour: TextColumn;
  };
  /** The category to predict. */
  readonly target: string;
  /** Categories whose order tells the need of the target. */
  readonly related: readonly string[];
  /** The true probability that a user who has not yet bought in the target category buys in it on a day, given all events of the days before. */
  readonly hazard: (user: string, day: number) => number;
}

const TARGET = 'coffee machine';
/** Bought in this order, they tell a need. */
const RELATED = ['beans', 'grinder', 'cups'] as const;
const OTHERS = ['rugs', 'lamps', 'toys', 'books', 'garden', 'paint'] as const;

const NUM_DAYS = 730;
/** Days in which users come; those who are here later have a whole year left. */
const ARRIVAL_DAYS = 365;
/** Share of users who buy in the related categories at all. */
const INTERESTED = 0.6;
/** Most days between two triples of related purchases. */
const BETWEEN_TRIPLES = 150;
/** Least and most days between the purchases of a triple. */
const GAP = [10, 18] as const;
/** Purchases per day and category that belong to nothing. */
const NOISE = 0.002;
const OTHER_PURCHASES = 0.004;
/** Views per day. */
const VIEWS = 0.03;
/** Days that a need lasts, and the probability of a purchase per day with and without it. */
const NEED_DAYS = 21;
const HAZARD = { need: 0.06, none: 0.00015 } as const;
/** Share of users who look at the target once, for no reason. */
const LOOKERS = 0.05;

interface Event {
  readonly day: number;
  readonly category: string;
  readonly behaviour: 'purchase' | 'view';
}

/**
 * A shop for purchase prediction, two years long, `shop-purchase-v1`: the *order* of what users bought tells what they buy next. 60 % of the users buy from three related categories, in
 * triples with 10 to 18 days between the purchases; all orders of a triple are as likely. In the 21 days after a triple in one certain order, a user buys in the target category
 * with 6 % per day, otherwise with 0.015 %. How often a user bought in each category therefore says little.
 *
 * The truth is a function of the events of the days before ({@link SimulatedPurchases.hazard}), so no model can rank rows better than it does.
 *
 * @example
 * const { log, target, related, hazard } = simulatePurchases({ numUsers: 5000 });
 * const samples = purchaseSamples(log, target, { related });
 * @throws ConfigError for an option out of range
 */
export function simulatePurchases(options: SimulatePurchasesOptions = {}): SimulatedPurchases {
  checkKnownOptions('simulatePurchases', options, ['numUsers', 'seed']);
  const { numUsers = 10_000, seed = 1 } = options;
  checkInteger('simulatePurchases', 'numUsers', numUsers, { min: 1 });
  checkInteger('simulatePurchases', 'seed', seed, { min: 0 });
  const key = foldIn(randomKey(seed), 'shop-purchase-v1');
  const users = new Map(Array.from({ length: numUsers }, (_, u) => [`u${u}`, eventsOf(foldIn(key, u))]));
  const rows = [...users].flatMap(([user, events]) => events.map((event) => ({ user, ...event })));
  const amount = foldIn(key, 'amount');
  return {
    log: {
      user: textColumn(rows.map(({ user }) => user)),
      category: textColumn(rows.map(({ category }) => category)),
      day: Int32Array.from(rows, ({ day }) => day),
      amount: Float64Array.from(rows, ({ behaviour }, i) =>
        behaviour === 'purchase' ? 5 + 45 * uniformAt(amount, i) : 0,
      ),
      behaviour: textColumn(rows.map(({ behaviour }) => behaviour)),
    },
    target: TARGET,
    related: RELATED,
    hazard: (user, day) => hazardOn(relatedDays(users.get(user) ?? []), day),
  };
}

/** Everything that a user does, by day. */
function eventsOf(key: RandomKey): Event[] {
  const arrival = integerAt(foldIn(key, 'arrival'), 0, ARRIVAL_DAYS);
  const events = [
    ...OTHERS.flatMap((category) => scattered(foldIn(key, category), arrival, OTHER_PURCHASES, category)),
    ...scattered(foldIn(key, 'view'), arrival, VIEWS, OTHERS[0], 'view'),
    ...(uniformAt(foldIn(key, 'interested'), 0) < INTERESTED ? relatedEvents(foldIn(key, 'related'), arrival) : []),
  ];
  events.sort((a, b) => a.day - b.day);
  const target = targetEvents(key, events, arrival);
  return [...events, ...target].sort((a, b) => a.day - b.day);
}

/** Triples, and purchases that belong to none. */
function relatedEvents(key: RandomKey, arrival: number): Event[] {
  const events = RELATED.flatMap((category) => scattered(foldIn(key, category), arrival, NOISE, category));
  let day = arrival;
  for (let i = 0; ; i++) {
    const own = foldIn(key, 'triple', i);
    day += 1 + integerAt(own, 0, BETWEEN_TRIPLES);
    const order = permutation(foldIn(own, 'order'), RELATED.length);
    for (const [place, category] of order.entries()) {
      if (place > 0) day += GAP[0] + integerAt(own, place, GAP[1] - GAP[0] + 1);
      if (day >= NUM_DAYS) return events;
      events.push({ day, category: RELATED[category], behaviour: 'purchase' });
    }
  }
}

/** Events of a constant rate per day, at most one a day. */
function scattered(
  key: RandomKey,
  from: number,
  rate: number,
  category: string,
  behaviour: Event['behaviour'] = 'purchase',
): Event[] {
  const events: Event[] = [];
  for (let i = 0, day = from - 1; ; i++) {
    day += 1 + Math.floor(Math.log1p(-uniformAt(key, i)) / Math.log1p(-rate)); // the wait of a coin that is thrown every day
    if (day >= NUM_DAYS) return events;
    events.push({ day, category, behaviour });
  }
}

/** The purchase in the target category that the hazard brings about, and idle looks at it. */
function targetEvents(key: RandomKey, events: readonly Event[], arrival: number): Event[] {
  const [buys, looks] = [foldIn(key, 'buys'), foldIn(key, 'looks')];
  const related = relatedDays(events);
  const found: Event[] = [];
  if (uniformAt(looks, 0) < LOOKERS) {
    const day = arrival + integerAt(looks, 1, NUM_DAYS - arrival);
    found.push({ day, category: TARGET, behaviour: 'view' });
  }
  for (let day = arrival; day < NUM_DAYS; day++) {
    if (uniformAt(buys, day) >= hazardOn(related, day)) continue;
    found.push({ day, category: TARGET, behaviour: 'purchase' });
    break;
  }
  return found;
}

/** Whether the three were bought in order, the last of them within `NEED_DAYS` before the day. */
function hazardOn(days: RelatedDays, day: number): number {
  const within = (all: readonly number[], from: number, to: number): number[] =>
    all.filter((each) => each >= from && each <= to);
  const [first, second, third] = days;
  const need = within(third, day - NEED_DAYS, day - 1).some((c) =>
    within(second, c - GAP[1], c - GAP[0]).some((b) => within(first, b - GAP[1], b - GAP[0]).length > 0),
  );
  return need ? HAZARD.need : HAZARD.none;
}

/** Days of purchases in each related category. */
type RelatedDays = readonly (readonly number[])[];

function relatedDays(events: readonly Event[]): RelatedDays {
  return RELATED.map((category) =>
    events.flatMap((event) => (event.behaviour === 'purchase' && event.category === category ? [event.day] : [])),
  );
}

function textColumn(values: readonly string[]): TextColumn {
  const dictionary = [...new Set(values)];
  const codeOf = new Map(dictionary.map((value, code) => [value, code]));
  return { kind: 'text', dictionary, codes: Int32Array.from(values, (value) => codeOf.get(value)!) };
}
