import type { Mutation } from './mutation';

/** What the bugs are counted by: the packages; all models are one, and what makes samples of logs is apart from the rest of `data`. */
export function packageOf({ file }: Pick<Mutation, 'file'>): string {
  if (/^packages\/data\/src\/(histories|purchases)\//.test(file)) return 'samples';
  return file.split('/')[1];
}
