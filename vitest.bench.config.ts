import { defineConfig } from 'vitest/config';
import base, { projects } from './vitest.config';

/** Every workload of `npm run bench` once, on sizes that take a moment (`npm run test:bench`). One file at a time: what runs beside a benchmark is measured too. */
export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: [`${projects}/*.quick.test.ts`],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.pack/**'],
    fileParallelism: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
