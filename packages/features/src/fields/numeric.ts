import type { IdSlot, RawTable, Slot } from '../columns';
import type { EncodedDraft } from '../draft';
import type { NumericStatistics } from '../numeric-summary';
import { signedLog } from '../numeric-summary';
import type { NumericFieldSpec } from '../spec';
import type { EncoderContext, FieldEncoder } from './encoder';
import { columnOf, sourceColumn } from './encoder';
import { NumberReader } from './number-column';
import type { OnProblem } from './problem';

/** Buckets of a quantile transform when the declaration names none. */
export const DEFAULT_NUM_BUCKETS = 64;

/** A numeric field as a value, with an indicator where values miss, or as the id of a quantile bucket. */
export function numericEncoder(field: NumericFieldSpec, { state, canonical }: EncoderContext): FieldEncoder {
  const column = sourceColumn(field);
  const reader = new NumberReader(`field "${field.name}"`, column, canonical);
  const statistics = state.numbers[field.name];
  const read = (table: RawTable, onProblem: OnProblem): Float64Array =>
    reader.read(columnOf(table, column), table.numRows, onProblem);

  if (field.transform === 'quantile') {
    const slot = bucketSlot(field, statistics);
    const encode = (table: RawTable, out: EncodedDraft, onProblem: OnProblem): void => {
      out.ids[field.name] = bucketIds(read(table, onProblem), statistics.boundaries ?? []);
    };
    return { slots: [slot], columns: [column], encode };
  }
  const transform = transformation(field, statistics);
  const indicator = `${field.name}:missing`;
  const withIndicator = field.missingIndicator ?? statistics.missing > 0;
  return {
    slots: valueSlots(field, withIndicator ? [field.name, indicator] : [field.name]),
    columns: [column],
    encode(table, out, onProblem) {
      const values = read(table, onProblem);
      out.values[field.name] = mapNumbers(values, transform);
      if (withIndicator) out.values[indicator] = mapNumbers(values, (value) => (Number.isNaN(value) ? 1 : 0));
    },
  };
}

/** `Float32Array.from` would take ten times as long. */
function mapNumbers(values: Float64Array, of: (value: number) => number): Float32Array {
  const out = new Float32Array(values.length);
  for (let row = 0; row < values.length; row++) out[row] = of(values[row]);
  return out;
}

function valueSlots(field: NumericFieldSpec, names: readonly string[]): Slot[] {
  const { embeddingDim, window } = field;
  return names.map((name) => ({
    kind: 'value',
    name,
    ...(embeddingDim === undefined ? {} : { embeddingDim }),
    ...(window === undefined || name !== field.name ? {} : { window }),
  }));
}

function bucketSlot({ name, embeddingDim }: NumericFieldSpec, { boundaries = [] }: NumericStatistics): IdSlot {
  const numRows = boundaries.length + 2; // missing, then the buckets
  return { kind: 'id', name, table: name, numRows, ...(embeddingDim === undefined ? {} : { embeddingDim }) };
}

/** 0 for a missing value, else 1 + the number of boundaries below it: `(b[i - 1], b[i]]` is bucket i. */
export function bucketIds(values: Float64Array, boundaries: readonly number[]): Int32Array {
  const ids = new Int32Array(values.length);
  for (let row = 0; row < ids.length; row++)
    ids[row] = Number.isNaN(values[row]) ? 0 : 1 + numBelow(boundaries, values[row]);
  return ids;
}

function numBelow(boundaries: readonly number[], value: number): number {
  let low = 0;
  let high = boundaries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (boundaries[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The transform of a declaration as a function of the raw number; NaN (missing) becomes what stands for it. */
function transformation(field: NumericFieldSpec, statistics: NumericStatistics): (value: number) => number {
  const { mean, std, min, max, logMean, logStd } = statistics;
  const scale = transformOf();
  const missing = field.missing === undefined || field.missing === 'mean' ? scale.mean : scale.of(field.missing);
  return (value) => (Number.isNaN(value) ? missing : scale.of(value));

  function transformOf(): { of: (value: number) => number; mean: number } {
    const affine = (x: (value: number) => number, from: number, width: number): ((value: number) => number) =>
      width === 0 ? () => 0 : (value) => (x(value) - from) / width;
    const identity = (value: number): number => value;
    switch (field.transform) {
      case 'none':
        return { of: identity, mean };
      case 'min-max': {
        const of = affine(identity, min, max - min);
        return { of, mean: of(mean) };
      }
      case 'log':
        return { of: affine(signedLog, logMean, logStd), mean: 0 };
      default:
        return { of: affine(identity, mean, std), mean: 0 };
    }
  }
}
