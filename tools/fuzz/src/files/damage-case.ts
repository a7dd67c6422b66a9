import fc from 'fast-check';
import { damages } from './damage';
import type { Damage } from './damage';

/** What is damaged: a table as a file, or a folder that ctrflow wrote. */
export const victims = ['csv', 'csv.gz', 'jsonl', 'parquet', 'model', 'encoded', 'run'] as const;

export type Victim = (typeof victims)[number];

/** A file or folder, and what happens to one of its files. */
export interface DamageCase {
  readonly victim: Victim;
  /** Which of the files, as a share of their number. */
  readonly file: number;
  readonly damages: readonly Damage[];
}

export const damageCases: fc.Arbitrary<DamageCase> = fc.record({
  victim: fc.constantFrom(...victims),
  file: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  damages: fc.array(damages, { minLength: 1, maxLength: 2 }),
});
