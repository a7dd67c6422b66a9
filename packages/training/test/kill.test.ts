import { expect, test } from 'vitest';
import { killAndResume } from './kill';

// Planted bugs that this fails for: rewriting the checkpoint in place, keeping only the newest best weights, appending to metrics.jsonl.
test(
  'after kill -9 at 20 random moments, a resumed training ends as if nothing had happened',
  { timeout: 240_000 },
  async () => {
    const { wanted, got, kills } = await killAndResume(20);
    expect(got).toEqual(wanted);
    expect(kills).toBe(20);
  },
);
