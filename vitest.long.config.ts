import { defineConfig } from 'vitest/config';
import base, { projects } from './vitest.config';

/** The suites that take minutes to hours (`npm run test:long`); their latest results are kept in `docs/long-tests.md`. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [`${projects}/*.long.test.ts`],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.pack/**'],
    testTimeout: 3_600_000,
  },
});
