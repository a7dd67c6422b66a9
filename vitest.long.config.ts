import { mergeConfig } from 'vitest/config';
import base from './vitest.config';

/** The suites that take minutes to hours; their latest results are kept in `docs/long-tests.md`. */
export default mergeConfig(
  base,
  {
    test: { testTimeout: 3_600_000 },
  },
  true,
);
