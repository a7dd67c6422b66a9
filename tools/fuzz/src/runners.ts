import type { Arbitrary } from 'fast-check';
import { damageCases } from './files/damage-case';
import { runDamageCase } from './files/run-damage-case';
import type { Outcome } from './outcome';
import { runTableCase } from './tables/run-table-case';
import { tableCases } from './tables/table-case';

/** Draws cases, and runs one in an empty folder. */
interface Runner {
  readonly cases: Arbitrary<unknown>;
  readonly run: (drawn: unknown, folder: string) => Promise<Outcome>;
}

/** What is fuzzed from the user's side. */
export const runners = {
  /** Small tables with odd names and values, odd options; what must be equal is compared. */
  tables: runner(tableCases, runTableCase),
  /** Files and folders of ctrflow, damaged: each is refused, or read as what it is. */
  files: runner(damageCases, runDamageCase),
};

export type RunnerName = keyof typeof runners;

function runner<C>(cases: Arbitrary<C>, run: (drawn: C, folder: string) => Promise<Outcome>): Runner {
  return { cases, run: run as Runner['run'] };
}
