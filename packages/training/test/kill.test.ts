import { expect, test } from 'vitest';
import { killAndResume } from './kill';

// Planted bugs that this fails for: rewriting the checkpoint in place, keeping only the newest best weights, appending to metrics.jsonl.
test(
  'after kill -9 at 4 random moments, a resumed training ends as if nothing had happened',
  { timeout: 240_000 },
  async () => {
    const { wanted, got, kills } = await killAndResume(4); // 100 of them in kill.long.test.ts
    expect(got).toEqual(wanted);
    expect(kills).toBe(4);
  },
);
