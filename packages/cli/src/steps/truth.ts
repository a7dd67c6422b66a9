/** Generated data has its true probabilities beside it: how far a model is from them is known. */
import { isCtrflowError } from '@ctrflow/core';
import { readTruth } from '@ctrflow/datagen/node';
import type { TrueRows } from '@ctrflow/datagen/node';
import { auc, aucDifference } from '@ctrflow/metrics';
import type { ScoredRows } from '@ctrflow/training';
import type { Progress } from '../output/progress';

/** What generated files have beside them, by path and column of the label. */
export type Truths = ReadonlyMap<string, ReadonlyMap<string, TrueRows>>;

/** AUC of the true probabilities minus that of a model on the same rows, with DeLong's 95 % interval of the paired difference. */
export interface GapToBest {
  /** Of the true probabilities. */
  readonly bestAuc: number;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
}

/** The truth of the files that have one; a file that was changed since has none, which is said. */
export async function readTruths(files: readonly string[], progress: Progress): Promise<Truths> {
  const truths = new Map<string, ReadonlyMap<string, TrueRows>>();
  for (const file of new Set(files)) {
    try {
      const truth = await readTruth(file);
      if (truth !== undefined) truths.set(file, truth);
    } catch (error) {
      if (!isCtrflowError(error, 'DataError')) throw error;
      sayNone(progress, error.message);
    }
  }
  return truths;
}

/** True probabilities of rows; undefined, which is said, where the rows are not read as they were generated. */
export function probabilitiesOf(
  { labels, sourceRows }: Pick<ScoredRows, 'labels' | 'sourceRows'>,
  truth: TrueRows,
  progress: Progress,
): Float64Array | undefined {
  if (sourceRows === undefined) return undefined;
  if (sourceRows.every((row, i) => truth.labels[row] === labels[i]))
    return Float64Array.from(sourceRows, (row) => truth.probabilities[row]);
  sayNone(progress, 'the labels that were read are not those that were generated');
  return undefined;
}

/** How far a model is from the truth. */
export function gapToBest({ labels, logits, weights }: ScoredRows, truth: Float64Array): GapToBest {
  const weighted = weights && { weights };
  const { difference, low, high } = aucDifference(labels, truth, logits, { ...weighted, weightsAre: 'importance' });
  return { bestAuc: auc({ labels, scores: truth, ...weighted }), difference, low, high };
}

function sayNone(progress: Progress, reason: string): void {
  progress.log(`no gap to the best possible AUC: ${reason}`);
}
