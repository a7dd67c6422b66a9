import type { EncodedColumns, FeatureSchema, Slot } from '@ctrflow/features';
import { modelWeights } from '@ctrflow/model-kit';
import type { CommonModelOptions, CtrModel } from '@ctrflow/model-kit';
import { exactPooling } from '@ctrflow/testkit';

/** Every weight of a model by path, dense ones and tables, in float64. */
export type OracleWeights = Readonly<Record<string, Float64Array>>;

/** Options of {@link OracleRow.embeddings}. */
export interface OracleEmbeddingsOptions {
  /** Default `embedding`. */
  readonly path?: string;
  /** Slots to embed. Default: all. */
  readonly slots?: readonly string[];
  /** Default: the model's `embeddingDim`. */
  readonly dim?: number;
  /** Default `mean`. */
  readonly pooling?: 'mean' | 'sum';
}

/** One row of data as a float64 oracle sees it. */
export interface OracleRow {
  readonly weights: OracleWeights;
  /** A vector per slot, `[F][D]`: ids, then numbers, then lists, each in schema order. */
  readonly embeddings: (options?: OracleEmbeddingsOptions) => number[][];
  /** The linear term, with its bias if there is one. */
  readonly linear: (path?: string) => number;
  /** Numbers of value slots, as they are. */
  readonly values: (slots: readonly string[]) => number[];
  /** Table rows of a list slot, unpooled, `[T][D]`. */
  readonly list: (slot: string, options?: OracleEmbeddingsOptions) => number[][];
  /** Weights of the entries of a list slot, `[T]`: 0 where a place of a session is empty. */
  readonly listWeights: (slot: string) => number[];
}

/** The logit of one row, or its outputs by name where there are several, in plain float64 loops written from the paper's formulas. */
export type ModelOracle<O extends object, R extends number | Readonly<Record<string, number>> = number> = (
  row: OracleRow,
  options: Readonly<Required<O> & Required<CommonModelOptions>>,
) => R;

/** The weights of a model as an oracle takes them. */
export function oracleWeights(model: CtrModel): Record<string, Float64Array> {
  const weights = Object.entries(modelWeights(model));
  return Object.fromEntries(weights.map(([path, { data }]) => [path, Float64Array.from(data as Float32Array)]));
}

/**
 * The rows of a batch for an oracle. With `magnitudes`, values and weights of list entries enter by magnitude: together with the magnitudes of the weights
 * the oracle then gives about the sum of its terms' magnitudes, which rounding errors are a multiple of.
 */
export function oracleRows(
  schema: FeatureSchema,
  batch: EncodedColumns,
  weights: OracleWeights,
  { dim: defaultDim, magnitudes = false }: { readonly dim: number; readonly magnitudes?: boolean },
): OracleRow[] {
  const slots = inOrder(schema.slots);
  const numbers = slots.filter(({ kind }) => kind === 'value').map(({ name }) => name);
  const sized = (x: number): number => (magnitudes ? Math.abs(x) : x);
  const tableRow = (path: string, table: string, id: number, dim: number): number[] =>
    Array.from(weights[`${path}/${table}`].subarray(id * dim, (id + 1) * dim));
  const listOf = (slot: Slot, b: number, path: string, dim: number): number[][] => {
    if (slot.kind !== 'list') throw new Error(`oracle: expected a list, got "${slot.name}"`);
    const { offsets, ids } = batch.lists[slot.name];
    return Array.from(ids.subarray(offsets[b], offsets[b + 1]), (id) => tableRow(path, slot.table, id, dim));
  };
  const listWeights = (slot: Slot, b: number): number[] => {
    const { offsets, weights: given } = batch.lists[slot.name];
    return Array.from({ length: offsets[b + 1] - offsets[b] }, (_, t) => sized(given?.[offsets[b] + t] ?? 1));
  };
  return Array.from({ length: batch.numRows }, (_, b) => {
    const embeddings: OracleRow['embeddings'] = (options = {}) => {
      const { path = 'embedding', slots: names, dim = defaultDim, pooling = 'mean' } = options;
      const chosen = names === undefined ? slots : slots.filter(({ name }) => names.includes(name));
      return chosen.map((slot) => {
        if (slot.kind === 'id') return tableRow(path, slot.table, batch.ids[slot.name][b], dim);
        if (slot.kind === 'list') return exactPooling(listOf(slot, b, path, dim), listWeights(slot, b), dim, pooling);
        const k = numbers.filter((name) => names?.includes(name) ?? true).indexOf(slot.name);
        const vector = weights[`${path}/numeric`].subarray(k * dim, (k + 1) * dim);
        return Array.from(vector, (v) => v * sized(batch.values[slot.name][b]));
      });
    };
    const linear = (path = 'linear'): number => {
      const terms = embeddings({ path, dim: 1, pooling: 'sum' });
      return terms.reduce((sum, [term]) => sum + term, weights[`${path}/bias`]?.[0] ?? 0);
    };
    const list: OracleRow['list'] = (name, { path = 'embedding', dim = defaultDim } = {}) => {
      const slot = slots.find((candidate) => candidate.name === name);
      return slot === undefined ? [] : listOf(slot, b, path, dim);
    };
    const weightsOf: OracleRow['listWeights'] = (name) => {
      const slot = slots.find((candidate) => candidate.name === name);
      return slot === undefined ? [] : listWeights(slot, b);
    };
    const values: OracleRow['values'] = (names) => names.map((name) => sized(batch.values[name][b]));
    return { weights, embeddings, linear, values, list, listWeights: weightsOf };
  });
}

function inOrder(slots: readonly Slot[]): readonly Slot[] {
  return (['id', 'value', 'list'] as const).flatMap((kind) => slots.filter((slot) => slot.kind === kind));
}
