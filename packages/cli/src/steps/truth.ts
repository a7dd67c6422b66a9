import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The best AUC that any model can reach on a file of `ctrflow datagen`, which keeps the truth beside it; undefined for every other file. */
export async function bestPossibleAuc(file: string | undefined): Promise<number | undefined> {
  if (file === undefined) return undefined;
  try {
    const truth = JSON.parse(await readFile(join(dirname(file), 'truth.json'), 'utf8')) as {
      readonly bestAuc?: unknown;
    };
    return typeof truth.bestAuc === 'number' ? truth.bestAuc : undefined;
  } catch {
    return undefined;
  }
}
