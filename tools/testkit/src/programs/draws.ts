import { foldIn, randomKey, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';

/** A stream of random choices, the same for the same seed. */
export class Draws {
  private readonly key: RandomKey;
  private next = 0;

  constructor(seed: number | string) {
    this.key = foldIn(randomKey(seed), 'program');
  }

  uniform(): number {
    return uniformAt(this.key, this.next++);
  }

  /** An integer in [0, size). */
  integer(size: number): number {
    return Math.floor(this.uniform() * size);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  one<T>(items: readonly T[]): T {
    return items[this.integer(items.length)];
  }

  /** An item, late ones more often, so that programs grow deep; undefined of none. */
  latest<T>(items: readonly T[]): T | undefined {
    return items[items.length - 1 - Math.floor(this.uniform() ** 2 * items.length)];
  }

  shuffled<T>(items: readonly T[]): T[] {
    return items.map((item) => [this.uniform(), item] as const).sort(([a], [b]) => a - b).map(([, item]) => item); // prettier-ignore
  }
}
