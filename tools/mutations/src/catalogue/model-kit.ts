import type { Mutation } from '../mutation';
import { bugsIn } from './bug';

const bug = bugsIn('packages/model-kit');

/** Bugs in packages/model-kit. */
export const modelKit: readonly Mutation[] = [
  bug('assembly', 'Math.sqrt(2 / (1 + dim))', '1 / Math.sqrt(1 + dim)', 'assembly'),
  bug('assembly', "pooling = 'mean' } = options", "pooling = 'sum' } = options", 'assembly'),
];
