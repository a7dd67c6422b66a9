import type { Mutation } from '../../mutation';
import { loweringMutations } from './lowerings';
import { passMutations } from './passes';
import { otherMutations } from './rest';
import { windowMutations } from './windows';

/** Bugs in packages/compiler. */
export const compiler: readonly Mutation[] = [
  ...passMutations,
  ...loweringMutations,
  ...windowMutations,
  ...otherMutations,
];
