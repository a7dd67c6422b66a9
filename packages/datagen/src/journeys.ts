import { ConfigError, checkInteger, expected, foldIn, integerAt, randomKey, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { checkShop } from './config';
import type { JourneyConfig, ShopConfig } from './config';
import { Histories } from './history';
import type { ShopEvent } from './history';
import { createJudge } from './judge';
import type { Showing } from './judge';
import { createPopulation, cumulativePopularity, rankOf } from './population';
import type { Population } from './population';
import type { ShopRow } from './row';
import { FIRST_TIMESTAMP, createShop } from './shop';

/** A step of a shop: events of the log and, when an item was shown, a row. */
export interface ShopStep {
  readonly row?: ShopRow;
  /** What the step adds to the log, in order of time. */
  readonly events: readonly ShopEvent[];
}

/** 30 minutes of nothing end a session. */
const SESSION_GAP = 1800;

/**
 * Goes through a shop without end, in order of time. Shops without journeys have a row in each step and no events; the others begin with steps that only fill the histories.
 *
 * @example
 * for (const { row, events } of simulateShop(shopPreset('shop-history-v1'))) if (row?.journey?.history.items.length === 20) break;
 */
export function* simulateShop(config: ShopConfig, seed = 1): Generator<ShopStep, never> {
  checkShop('simulateShop', config);
  checkInteger('simulateShop', 'seed', seed, { min: 0 });
  if (config.journeys === undefined) {
    const shop = createShop(config, seed);
    for (let index = 0; ; index++) yield { row: shop.row(index), events: [] };
  }
  const shop = new Journeys(config, config.journeys, foldIn(randomKey(seed), 'shop', config.name));
  for (;;) yield shop.step();
}

/** State of a shop whose users come back: who visits, what interests whom, what everyone did last. */
class Journeys {
  private readonly population: Population;
  private readonly judge: (showing: Showing) => ShopRow;
  private readonly histories: Histories;
  private readonly shelves: readonly { readonly items: Uint32Array; readonly popularity: Float64Array }[];
  private readonly interests: Uint32Array;
  private readonly visitors: Int32Array;
  private readonly sessions: Float64Array;
  private readonly lastSeen: Float64Array;
  private readonly keys: Readonly<
    Record<'leave' | 'user' | 'change' | 'interest' | 'kind' | 'item' | 'moment', RandomKey>
  >;
  private readonly warmUp: number;
  private numSessions = 0;
  private next = 0;

  constructor(
    private readonly config: ShopConfig,
    private readonly journeys: JourneyConfig,
    key: RandomKey,
  ) {
    const { numUsers } = config;
    this.population = createPopulation(config, key);
    this.judge = createJudge(config, this.population, key);
    const categories = this.population.items.category!;
    this.histories = new Histories(numUsers, journeys.maxHistory, categories);
    this.shelves = Array.from({ length: config.fields.category }, (_, category) => {
      const items = Uint32Array.from(categories.keys()).filter((item) => categories[item] === category);
      if (items.length > 0) return { items, popularity: cumulativePopularity(items, config.popularityExponent) };
      throw new ConfigError(expected('shop', 'an item of every category', 'none', 'add items to the shop'));
    });
    const first = foldIn(key, 'first-interest');
    this.interests = Uint32Array.from({ length: numUsers * journeys.numInterests }, (_, i) =>
      integerAt(first, i, config.fields.category),
    );
    this.visitors = new Int32Array(journeys.numVisits).fill(-1);
    this.sessions = new Float64Array(numUsers);
    this.lastSeen = new Float64Array(numUsers).fill(-Infinity);
    const named = (name: string): RandomKey => foldIn(key, 'journey', name);
    this.keys = {
      leave: named('leave'),
      user: named('user'),
      change: named('change'),
      interest: named('interest'),
      kind: named('kind'),
      item: named('item'),
      moment: named('moment'),
    };
    this.warmUp = Math.ceil(journeys.warmUp * numUsers);
  }

  step(): ShopStep {
    const { journeys, keys } = this;
    const index = this.next++;
    const { secondsPerStep, viewShare } = journeys;
    const jitter = Math.floor(uniformAt(keys.moment, index) * secondsPerStep);
    const timestamp = FIRST_TIMESTAMP + (index - this.warmUp) * secondsPerStep + jitter;
    const userId = this.visitor(index);
    const itemId = this.item(userId, index);
    if (timestamp - this.lastSeen[userId] > SESSION_GAP) this.sessions[userId] = this.numSessions++;
    this.lastSeen[userId] = timestamp;
    if (index < this.warmUp || uniformAt(keys.kind, index) < viewShare) {
      return { events: [this.histories.add(userId, itemId, 'view', timestamp)] };
    }
    return this.show(index, userId, itemId, timestamp);
  }

  /** An impression: the history is that of before, and what the user does comes into the next one. */
  private show(index: number, userId: number, itemId: number, timestamp: number): ShopStep {
    const { history = 0, order = 0 } = this.config.effects ?? {};
    const category = this.population.items.category![itemId];
    const match = history === 0 ? 0 : history * this.histories.match(userId, category);
    const recency = order === 0 ? 0 : order * this.histories.recency(userId, category);
    const judged = this.judge({
      index,
      userId,
      itemId,
      timestamp,
      pastLogit: match + recency,
      pastPurchaseLogit: match,
    });
    const row = { ...judged, journey: { sessionId: this.sessions[userId], history: this.histories.of(userId) } };
    const events: ShopEvent[] = [];
    if (row.clicked) events.push(this.histories.add(userId, itemId, 'click', timestamp));
    if (row.purchase?.bought === true) events.push(this.histories.add(userId, itemId, 'buy', timestamp));
    return { row, events };
  }

  /** Who takes this step: each visit has its turn, and ends with the same probability at every one. */
  private visitor(index: number): number {
    const { journeys, keys, visitors, config } = this;
    const visit = index % visitors.length;
    if (visitors[visit] >= 0 && uniformAt(keys.leave, index) >= 1 / journeys.visitLength) return visitors[visit];
    const user = integerAt(keys.user, index, config.numUsers);
    const change = uniformAt(keys.change, index) / journeys.interestChange;
    if (change < 1) {
      const which = user * journeys.numInterests + Math.floor(change * journeys.numInterests);
      this.interests[which] = integerAt(keys.interest, index * 2, config.fields.category);
    }
    visitors[visit] = user;
    return user;
  }

  private item(user: number, index: number): number {
    const { journeys, keys, population } = this;
    const share = uniformAt(keys.interest, index * 2 + 1) / journeys.interestShare;
    const chosen = uniformAt(keys.item, index);
    if (share >= 1) return rankOf(population.popularity, chosen);
    const shelf =
      this.shelves[this.interests[user * journeys.numInterests + Math.floor(share * journeys.numInterests)]];
    return shelf.items[rankOf(shelf.popularity, chosen)];
  }
}
