import { defineConfig } from 'vitest/config';

/** Tests run from source: the `@ctrflow/source` condition of every package points at `src`. */
const conditions = ['@ctrflow/source', 'node', 'import', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['{packages,tools,examples}/**/test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/*.long.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
});
