import { operations, randomProgram } from '@ctrflow/testkit';
import type { Program } from '@ctrflow/testkit';
import { compare } from './compare';
import type { Variant, Verdict } from './compare';
import { shrink } from './shrink';

/** A program on which the engines differ. */
export interface Finding {
  readonly seed: string;
  readonly program: Program;
  readonly what: string;
}

/** What a run of {@link fuzz} did. */
export interface FuzzResult {
  readonly counts: Readonly<Record<Verdict['kind'], number>>;
  readonly findings: readonly Finding[];
}

/** What {@link fuzz} may be told. */
export interface FuzzOptions {
  readonly seed: number;
  /** Asked before each program. */
  readonly goesOn: (numPrograms: number) => boolean;
  readonly onFinding?: (finding: Finding) => void;
}

/** Functions that tfjs does not differentiate, or not for every call: half of the programs do without, so that they have gradients. */
const withoutGradient = new Set([
  ...['topk', 'greater', 'greaterEqual', 'less', 'lessEqual', 'equal', 'notEqual', 'logicalAnd', 'logicalOr'],
  ...['logicalNot', 'all', 'argMax', 'prod', 'unstack', 'maximum', 'minimum', 'squaredDifference', 'prelu', 'cumsum'],
  ...['oneHot', 'where', 'cast of truth', 'unsortedSegmentSum', 'gather', 'cast of one-hot'],
]);
const differentiable = Object.keys(operations).filter((name) => !withoutGradient.has(name));

const variants: readonly Variant[] = [
  { passes: true, target: 'onnxruntime' },
  { passes: true, target: 'portable' },
  { passes: false, target: 'onnxruntime' },
];

/** Draws program after program and compares the engines; the same seed draws the same programs. */
export async function fuzz({ seed, goesOn, onFinding }: FuzzOptions): Promise<FuzzResult> {
  const counts = { gradients: 0, forward: 0, 'not finite': 0, unsupported: 0, different: 0, error: 0 };
  const findings: Finding[] = [];
  for (let i = 0; goesOn(i); i++) {
    const name = `${seed}/${i}`;
    const variant = variants[i % 8 < 6 ? 0 : (i % 8) - 5];
    const program = randomProgram(name, { numSteps: 2 + (i % 17), ...(i % 2 === 0 ? {} : { only: differentiable }) });
    const verdict = await compare(program, variant);
    counts[verdict.kind]++;
    if (!('what' in verdict)) continue;
    const found = await minimal(name, program, variant, verdict.kind);
    findings.push(found);
    onFinding?.(found);
  }
  return { counts, findings };
}

async function minimal(seed: string, program: Program, variant: Variant, kind: Verdict['kind']): Promise<Finding> {
  let what = '';
  const fails = async (smaller: Program): Promise<boolean> => {
    try {
      const verdict = await compare(smaller, variant);
      if (verdict.kind !== kind || !('what' in verdict)) return false;
      ({ what } = verdict);
      return true;
    } catch {
      return false; // a program that does not run
    }
  };
  await fails(program);
  return { seed, program: await shrink(program, fails), what };
}
