import type { Machine } from '../machine';
import type { ParityRequest } from './arguments';
import type { ParityResult } from './compare-sides';
import type { LockstepResult } from './lockstep';
import { summarizeParity } from './table';
import type { ModelParity } from './table';

/** When, where and how a comparison was made. */
export interface ParityLineHead {
  readonly when: string;
  readonly machine: Machine;
  /** As a shell takes it. */
  readonly command: string;
}

/** What was compared, and when, where and how. */
interface Compared extends ParityLineHead {
  /** Of the data. */
  readonly name: string;
  readonly request: Pick<ParityRequest, 'data' | 'models' | 'seeds' | 'threads' | 'settings'>;
  /** Why there is no other side. */
  readonly skipped?: string;
  /** Never: comparisons are not made of sizes of seconds. */
  readonly quick?: false;
}

/** Whole trainings of both sides: a line of a results file. */
export interface ParityLine extends Compared {
  readonly kind: 'parity';
  readonly rows: ParityResult['rows'];
  readonly features: number;
  readonly results: readonly ModelParity[];
}

/** Single steps of both sides from the same weights: a line of a results file. */
export interface LockstepLine extends Compared {
  readonly kind: 'lockstep';
  readonly rows: number;
  readonly steps: number;
  readonly runs: LockstepResult['runs'];
}

export function parityLine(request: ParityRequest, result: ParityResult, head: ParityLineHead): ParityLine {
  const { rows, features, skipped } = result;
  return { kind: 'parity', ...compared(request, head), rows, features, ...(skipped !== undefined && { skipped }), results: summarizeParity(result) }; // prettier-ignore
}

export function lockstepLine(request: ParityRequest, result: LockstepResult, head: ParityLineHead): LockstepLine {
  return { kind: 'lockstep', ...compared(request, head), ...result };
}

type Head = Omit<Compared, 'skipped' | 'quick'>;

function compared({ name, data, models, seeds, threads, settings }: ParityRequest, head: ParityLineHead): Head {
  return { ...head, name, request: { data, models, seeds, threads, settings } };
}

/** The command for a shell, without what only this run needs. */
export function commandLine(argv: readonly string[]): string {
  const kept = argv.filter((word, i) => !['--record', '--json', '--out'].includes(word) && argv[i - 1] !== '--out');
  const quoted = kept.map((word) => (/^[\w./:,@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)); // prettier-ignore
  return ['npm run -s parity --', ...quoted].join(' ');
}
