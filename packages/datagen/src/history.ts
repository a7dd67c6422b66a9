/** What a user did: looked an item up, clicked an impression, bought. */
export type Behaviour = 'view' | 'click' | 'buy';

/** Behaviours by their code. */
export const behaviours: readonly Behaviour[] = ['view', 'click', 'buy'];

/** An event of the log. */
export interface ShopEvent {
  readonly userId: number;
  readonly itemId: number;
  readonly category: number;
  readonly behaviour: Behaviour;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/** A user's latest events, oldest first. */
export interface ShopHistory {
  readonly items: readonly number[];
  readonly categories: readonly number[];
  readonly behaviours: readonly Behaviour[];
  /** Seconds since 1970, each before the row's own time. */
  readonly times: readonly number[];
}

/** How much one past event of each behaviour says: view, click, buy. */
const MATCH = [0.08, 0.6, 0.8];
/** Weight of an event relative to the one after it. */
const RECENCY = 0.5;

/** Latest events of all users, in memory that does not grow: a ring per user. */
export class Histories {
  private readonly items: Uint32Array;
  private readonly codes: Uint8Array;
  private readonly times: Float64Array;
  private readonly counts: Uint32Array;

  constructor(
    numUsers: number,
    private readonly length: number,
    private readonly categories: Uint32Array,
  ) {
    this.items = new Uint32Array(numUsers * length);
    this.codes = new Uint8Array(numUsers * length);
    this.times = new Float64Array(numUsers * length);
    this.counts = new Uint32Array(numUsers);
  }

  add(user: number, item: number, behaviour: Behaviour, time: number): ShopEvent {
    const at = user * this.length + (this.counts[user]++ % this.length);
    this.items[at] = item;
    this.codes[at] = behaviours.indexOf(behaviour);
    this.times[at] = time;
    return { userId: user, itemId: item, category: this.categories[item], behaviour, timestamp: time };
  }

  of(user: number): ShopHistory {
    const size = this.size(user);
    const items = new Array<number>(size);
    const categories = new Array<number>(size);
    const did = new Array<Behaviour>(size);
    const times = new Array<number>(size);
    for (let i = 0; i < size; i++) {
      const at = this.place(user, size - 1 - i);
      items[i] = this.items[at];
      categories[i] = this.categories[items[i]];
      did[i] = behaviours[this.codes[at]];
      times[i] = this.times[at];
    }
    return { items, categories, behaviours: did, times };
  }

  /** `1 - prod_j (1 - m_(b_j) [c_j = c])` over the events j: the probability that at least one of them reminds of category c. */
  match(user: number, category: number): number {
    let none = 1;
    for (let back = 0; back < this.size(user); back++) {
      const at = this.place(user, back);
      if (this.categories[this.items[at]] === category) none *= 1 - MATCH[this.codes[at]];
    }
    return 1 - none;
  }

  /**
   * `sum_j r_j [c_j = c] - mean_j [c_j = c]` with `r_j ~ 2^-j` for the j-th latest event and `sum_j r_j = 1`: how much more category c stands at the end than the bag of events
   * says. Its mean over all orders of a bag is 0.
   */
  recency(user: number, category: number): number {
    const size = this.size(user);
    if (size === 0) return 0;
    let [recent, matches, weight, total] = [0, 0, 1, 0];
    for (let back = 0; back < size; back++) {
      if (this.categories[this.items[this.place(user, back)]] === category) {
        recent += weight;
        matches++;
      }
      total += weight;
      weight *= RECENCY;
    }
    return recent / total - matches / size;
  }

  private size(user: number): number {
    return Math.min(this.counts[user], this.length);
  }

  /** Where the event stands that is `back` events before the latest one. */
  private place(user: number, back: number): number {
    return user * this.length + ((this.counts[user] - 1 - back) % this.length);
  }
}
