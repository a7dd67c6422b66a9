import { expect, test } from 'vitest';
import { killAndResume } from './kill';

test('after kill -9 at 100 random moments, a resumed training ends as if nothing had happened', async () => {
  const { wanted, got, kills } = await killAndResume(100);
  expect(got).toEqual(wanted);
  expect(kills).toBe(100);
});
