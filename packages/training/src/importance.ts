import {
  checkFunction,
  checkInteger,
  checkKnownOptions,
  emptyRecord,
  foldIn,
  mergeRecords,
  permutation,
  randomKey,
  recordOf,
} from '@ctrflow/core';
import { rowsInMemory, takeRows } from '@ctrflow/data';
import type { RowSource } from '@ctrflow/data';
import type { EncodedColumns, FeatureSchema } from '@ctrflow/features';
import { auc } from '@ctrflow/metrics';
import { predictionsOf, requireAlive } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { autoEngine } from './auto-engine';
import { binaryScores, checkEngine, checkRows, scoreWith } from './evaluate';
import type { PredictOptions } from './evaluate';

/** Options of {@link permutationImportance}. */
export interface ImportanceOptions extends Pick<PredictOptions, 'batchSize' | 'engine'> {
  /** Shuffles per field. Default 3. */
  readonly repeats?: number;
  /** Larger parts are sampled. Default 4000. */
  readonly maxRows?: number;
  /** Default 2021. */
  readonly seed?: number;
  /** Hears how many of all shuffles are scored. */
  readonly onProgress?: (done: number, total: number) => void;
}

const optionNames: readonly (keyof ImportanceOptions)[] = ['batchSize', 'engine', 'repeats', 'maxRows', 'seed', 'onProgress']; // prettier-ignore

/** How much a model relies on a field. */
export interface FieldImportance {
  /** Name of the field; of a history, whose columns are shuffled together, the name that they share. */
  readonly field: string;
  /** AUC lost when the values of the field are shuffled among the rows: mean over the repeats. Around 0 for a field that is not used. */
  readonly loss: number;
  /** Standard deviation over the repeats. */
  readonly stdDev: number;
}

/**
 * Importance of the fields of a trained model: AUC of the rows minus AUC with one field's values shuffled, most important first. Two fields that tell the same share their
 * importance. A numeric field is shuffled together with its missing indicator, a history with all its columns: what happened stays one event. A crossed field is a field of its own.
 *
 * @example
 * const [first] = await permutationImportance(model, data.valid);
 * @throws DataError when the rows are of one class
 * @see Breiman: Random forests. Machine Learning, 2001, section 10.
 */
export async function permutationImportance(
  model: CtrModel,
  rows: RowSource,
  options: ImportanceOptions = {},
): Promise<FieldImportance[]> {
  requireAlive(model);
  checkRows('permutationImportance', rows);
  checkKnownOptions('permutationImportance', options, optionNames);
  const repeats = checkInteger('permutationImportance', 'repeats', options.repeats ?? 3, { min: 1 });
  const maxRows = checkInteger('permutationImportance', 'maxRows', options.maxRows ?? 4000, { min: 1 });
  if (options.onProgress !== undefined) checkFunction('permutationImportance', 'onProgress', options.onProgress);
  const key = randomKey(checkInteger('permutationImportance', 'seed', options.seed ?? 2021, { min: 0 }));
  const sample = await sampleOf(rows, maxRows, options.seed ?? 2021);
  const units = unitsOf(model.schema);
  const prepared = await checkEngine('permutationImportance', options.engine ?? autoEngine()).prepare(model);
  const { batchSize } = options;
  const predictions = predictionsOf(model);
  const aucOf = async (columns: EncodedColumns): Promise<number> => {
    const settings = batchSize === undefined ? {} : { batchSize };
    const all = await scoreWith(prepared, predictions, rowsInMemory(columns), settings);
    const scored = binaryScores('permutationImportance', model, all);
    return auc({ labels: scored.labels, scores: scored.logits, ...(scored.weights && { weights: scored.weights }) });
  };
  try {
    const whole = await aucOf(sample);
    const found: FieldImportance[] = [];
    for (const [u, { name: field, slots }] of units.entries()) {
      const losses: number[] = [];
      for (let repeat = 0; repeat < repeats; repeat++) {
        const order = permutation(foldIn(key, 'importance', field, repeat), sample.numRows);
        losses.push(whole - (await aucOf(withShuffledSlots(sample, slots, order))));
        options.onProgress?.(u * repeats + repeat + 1, units.length * repeats);
      }
      const loss = losses.reduce((sum, value) => sum + value, 0) / repeats;
      const variance = losses.reduce((sum, value) => sum + (value - loss) ** 2, 0) / Math.max(1, repeats - 1);
      found.push({ field, loss, stdDev: Math.sqrt(variance) });
    }
    return found.sort((a, b) => b.loss - a.loss);
  } finally {
    prepared.dispose();
  }
}

/** All rows, or as many as asked for, drawn at random. */
async function sampleOf(rows: RowSource, maxRows: number, seed: number): Promise<EncodedColumns> {
  const shuffle = foldIn(randomKey(seed), 'importance-sample');
  for await (const batch of rows.batches({ batchSize: Math.min(maxRows, rows.numRows), shuffle })) return batch;
  return rowsOfNothing;
}

const rowsOfNothing: EncodedColumns = { numRows: 0, ids: emptyRecord(), values: emptyRecord(), lists: emptyRecord() };

/** What is shuffled as one. */
interface Unit {
  readonly name: string;
  readonly slots: ReadonlySet<string>;
}

/** Fields in order of the schema, each with all its slots; the columns of a history are one. */
function unitsOf({ spec, slots }: FeatureSchema): Unit[] {
  const historyOf = new Map(
    slots.flatMap((slot) => (slot.kind === 'list' ? [[slot.name, slot.history] as const] : [])),
  );
  const units: Unit[] = [];
  const histories = new Map<string, Set<string>>();
  for (const { name } of spec.fields) {
    const history = historyOf.get(name);
    const before = history === undefined ? undefined : histories.get(history);
    if (before !== undefined) before.add(name);
    else {
      const own = new Set([name, `${name}:missing`]);
      units.push({ name: history ?? name, slots: own });
      if (history !== undefined) histories.set(history, own);
    }
  }
  return units;
}

/** The same rows, but row i has in these slots the values of row `order[i]`. */
function withShuffledSlots(columns: EncodedColumns, slots: ReadonlySet<string>, order: Uint32Array): EncodedColumns {
  const own = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    recordOf(Object.entries(record).filter(([slot]) => slots.has(slot)));
  const { numRows, ids, values, lists, tensors } = columns;
  const given = { numRows, ids: own(ids), values: own(values), lists: own(lists), ...(tensors && { tensors: own(tensors) }) }; // prettier-ignore
  const shuffled = takeRows(given, order);
  return {
    ...columns,
    ids: mergeRecords(ids, shuffled.ids),
    values: mergeRecords(values, shuffled.values),
    lists: mergeRecords(lists, shuffled.lists),
    ...(tensors && { tensors: mergeRecords(tensors, shuffled.tensors ?? emptyRecord()) }),
  };
}
