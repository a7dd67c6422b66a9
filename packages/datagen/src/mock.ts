import { foldIn, integerAt, randomKey, uniformAt } from '@ctrflow/core';

/** An interaction of the simple mock. */
export interface MockInteraction {
  readonly user: string;
  readonly item: string;
  readonly click: 0 | 1;
}

/** Users, items and interactions drawn at random, with nothing to learn: for trying out code. A function of (seed, index). */
export function* mockInteractions(
  numUsers: number,
  numItems: number,
  numInteractions: number,
  seed = 1,
): Generator<MockInteraction> {
  const key = foldIn(randomKey(seed), 'mock');
  for (let i = 0; i < numInteractions; i++) {
    const user = `user${integerAt(foldIn(key, 'user'), i, numUsers)}`;
    const item = `item${integerAt(foldIn(key, 'item'), i, numItems)}`;
    yield { user, item, click: uniformAt(foldIn(key, 'click'), i) < 0.2 ? 1 : 0 };
  }
}
