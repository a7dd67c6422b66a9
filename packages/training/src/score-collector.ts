import { targetValues } from '@ctrflow/features';
import type { EncodedColumns } from '@ctrflow/features';
import type { RowSource } from '@ctrflow/data';
import type { Link } from '@ctrflow/losses';
import type { Prediction } from '@ctrflow/model-kit';
import type { OutputArray } from './engine';
import type { ScoredTarget } from './evaluate';

/** Collects the values and scores of a target from batches: of the rows that have it. */
export class ScoreCollector {
  readonly target: string;
  private numRows = 0;
  private readonly values: Float32Array;
  /** `[rows, K]` of the output, and of the predictions made of it. */
  private outputs: Float32Array | undefined;
  private predictions: Float64Array | undefined;
  private width = 1;
  private weights: Float32Array | undefined;
  private groups: Float64Array | undefined;
  private sourceRows: Float64Array | undefined;

  constructor(
    private readonly prediction: Prediction,
    private readonly rows: RowSource,
  ) {
    this.target = prediction.target.name;
    this.values = new Float32Array(rows.numRows);
  }

  add(batch: EncodedColumns, given: Readonly<Record<string, OutputArray>>): void {
    const { numRows: capacity } = this.rows;
    const { data } = given[this.prediction.output];
    const width = data.length / batch.numRows;
    const outputs = (this.outputs ??= new Float32Array(capacity * width));
    const predictions = (this.predictions ??= new Float64Array(capacity * width));
    if (batch.weight !== undefined) this.weights ??= new Float32Array(capacity);
    if (batch.group !== undefined) this.groups ??= new Float64Array(capacity);
    if (batch.sourceRow !== undefined) this.sourceRows ??= new Float64Array(capacity);
    this.width = width;
    const values = targetValues(batch, this.target);
    const made = predicted(given[this.prediction.output], this.prediction.link);
    for (let row = 0; row < batch.numRows; row++) {
      const value = values?.[row] ?? 0;
      if (Number.isNaN(value)) continue;
      const at = this.numRows++;
      this.values[at] = value;
      for (let k = 0; k < width; k++) {
        outputs[at * width + k] = data[row * width + k];
        predictions[at * width + k] = made[row * width + k];
      }
      if (this.weights && batch.weight) this.weights[at] = batch.weight[row];
      if (this.groups && batch.group) this.groups[at] = batch.group[row];
      if (this.sourceRows && batch.sourceRow) this.sourceRows[at] = batch.sourceRow[row];
    }
  }

  scores(): ScoredTarget {
    const { numRows, width, weights, groups } = this;
    const { kind } = this.prediction.target;
    const values = this.values.subarray(0, numRows);
    const probabilities = (this.predictions ?? new Float64Array()).subarray(0, numRows * width);
    const weighted = weights === undefined ? {} : { weights: weights.subarray(0, numRows) };
    if (kind === 'number') return { kind, values, predictions: probabilities, ...weighted };
    if (kind === 'class') return { kind, classes: values, numClasses: width, probabilities, ...weighted };
    const logits = (this.outputs ?? new Float32Array()).subarray(0, numRows);
    const grouped = groups === undefined ? {} : { groups: groups.subarray(0, numRows) };
    const numbered = this.sourceRows === undefined ? {} : { sourceRows: this.sourceRows.subarray(0, numRows) };
    return { kind, labels: values, logits, probabilities, ...weighted, ...grouped, ...numbered };
  }
}

/** What an output predicts, `[B]` or `[B, K]`. */
export function predicted({ data, shape }: OutputArray, link: Link): Float64Array {
  if (link === 'identity') return Float64Array.from(data);
  if (link === 'exp') return Float64Array.from(data, Math.exp);
  return link === 'sigmoid' ? Float64Array.from(data, sigmoid) : softmax(data, data.length / shape[0]);
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** Over rows of K numbers. */
function softmax(scores: ArrayLike<number>, K: number): Float64Array {
  const shares = new Float64Array(scores.length);
  for (let from = 0; from < scores.length; from += K) {
    let largest = -Infinity;
    for (let k = 0; k < K; k++) largest = Math.max(largest, scores[from + k]);
    let sum = 0;
    for (let k = 0; k < K; k++) sum += shares[from + k] = Math.exp(scores[from + k] - largest);
    for (let k = 0; k < K; k++) shares[from + k] /= sum;
  }
  return shares;
}
