import type { Graph } from '../graph/graph';
import { algebra } from './algebra';
import { broadcasts } from './broadcasts';
import { commonSubexpressions } from './common-subexpressions';
import { deadCode } from './dead-code';
import { foldConstants } from './fold-constants';
import { gemm } from './gemm';
import { joinedPads } from './joined-pads';
import { leadingSums } from './leading-sums';
import { reluGradient } from './relu-gradient';
import { reshapes } from './reshapes';
import { softplus } from './softplus';

/** A rewriting of graphs that keeps their results. */
export type Pass = (graph: Graph) => Graph;

/** All passes in the order in which they run. */
export const passes = {
  'dead-code': deadCode,
  reshapes,
  algebra,
  broadcasts,
  'fold-constants': foldConstants,
  softplus,
  'relu-gradient': reluGradient,
  'joined-pads': joinedPads,
  'common-subexpressions': commonSubexpressions,
  'leading-sums': leadingSums,
  gemm,
} as const satisfies Readonly<Record<string, Pass>>;

/** Name of a pass. */
export type PassName = keyof typeof passes;

/** What {@link optimize} may be told. */
export interface OptimizeOptions {
  /** Passes that are left out. */
  readonly without?: readonly PassName[];
}

/** At most this many rounds; in practice the third changes nothing. */
const ROUNDS = 4;

/**
 * Runs all passes, again until a round changes nothing. Results stay the same up to rounding.
 *
 * @example
 * const faster = optimize(graph);
 */
export function optimize(graph: Graph, { without = [] }: OptimizeOptions = {}): Graph {
  const chosen = Object.entries(passes).filter(([name]) => !without.includes(name as PassName));
  let current = graph;
  for (let round = 0; round < ROUNDS; round++) {
    const before = current;
    for (const [, pass] of chosen) current = pass(current);
    if (signature(current) === signature(before)) break;
  }
  return without.includes('dead-code') ? current : deadCode(current);
}

function signature({ nodes }: Graph): string {
  return nodes.map(({ op, outputs }) => `${op}${outputs.join()}`).join(';');
}
