import fc from 'fast-check';

/** Rows of a metric; `others` are scores of a second model. */
export interface Rows {
  readonly labels: Float64Array;
  readonly scores: Float64Array;
  readonly others: Float64Array;
  readonly weights: Float64Array;
  readonly groups: Int32Array;
}

/** A row: label, score and other score in 1/16, weight, group. */
type Row = readonly [number, number, number, number, number];

/** Columns of rows. */
export function columns(rows: readonly Row[]): Rows {
  const [labels, scores, others, weights, groups] = [0, 1, 2, 3, 4].map((at) => rows.map((row) => row[at]));
  return {
    labels: Float64Array.from(labels),
    scores: Float64Array.from(scores, (score) => score / 16),
    others: Float64Array.from(others, (score) => score / 16),
    weights: Float64Array.from(weights),
    groups: Int32Array.from(groups),
  };
}

/** Few rows of few scores, so that ties are common; both classes have weight 2 at least. */
export const rowsWith = (weight: fc.Arbitrary<number>): fc.Arbitrary<Row[]> => {
  const score = fc.integer({ min: 0, max: 16 });
  return fc
    .array(fc.tuple(fc.constantFrom(0, 1), score, score, weight, fc.integer({ min: -1, max: 3 })), { maxLength: 40 })
    .chain((drawn) =>
      fc.shuffledSubarray([[1, 3, 9, 2, 0], [0, 7, 7, 2, 0], ...drawn] as Row[], {
        minLength: drawn.length + 2,
      }),
    );
};

/** {@link rowsWith} weights 0 to 4. */
export const countedRows = rowsWith(fc.integer({ min: 0, max: 4 }));

/** As many copies of every row as its weight. */
export function replicated(rows: readonly Row[]): Omit<Rows, 'weights'> {
  const { labels, scores, others, groups } = columns(rows.flatMap((row) => Array.from({ length: row[3] }, () => row)));
  return { labels, scores, others, groups };
}
