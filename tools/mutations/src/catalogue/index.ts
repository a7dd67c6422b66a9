import type { Mutation } from '../mutation';
import { loweringMutations } from './lowerings';
import { passMutations } from './passes';
import { otherMutations } from './rest';
import { windowMutations } from './windows';

/** All bugs that tests must find. */
export const catalogue: readonly Mutation[] = [
  ...passMutations,
  ...loweringMutations,
  ...windowMutations,
  ...otherMutations,
];
