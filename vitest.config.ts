import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Tests run from source: the `@ctrflow/source` condition of every package points at `src`. */
const conditions = ['@ctrflow/source', 'node', 'import', 'default'];

export const projects = '{packages,tools,examples}/**/test/**';

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: [`${projects}/*.test.ts`],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.pack/**', '**/*.long.test.ts', '**/*.quick.test.ts'],
    setupFiles: [fileURLToPath(new URL('tools/testkit/src/fixed-seed.ts', import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: '100%', // by default one processor is left free: of two that is half
    env: { ORT_DISABLE_TELEMETRY: '1' }, // for tests that open onnxruntime-node themselves
  },
});
