/** Before every test file: properties draw the same cases at every run. `FAST_CHECK_SEED=123 npm test` draws others. */
import fc from 'fast-check';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env.FAST_CHECK_SEED ?? 2021) });
