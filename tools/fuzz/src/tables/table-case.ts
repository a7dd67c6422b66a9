import type { FieldSpec } from '@ctrflow/features';
import fc from 'fast-check';
import { cells } from './cells';
import type { Cell, CellKind } from './cells';

/** How a table reaches ctrflow. */
export type TableFormat = 'csv' | 'tsv' | 'csv.gz' | 'jsonl' | 'parquet' | 'rows';

/** A column of a table: its name, one cell per row, and how a declared schema reads it. */
export interface TableColumn {
  readonly name: string;
  readonly cells: readonly Cell[];
  /** Without `name`, `column` and `shareTable`, which {@link declaration} adds. */
  readonly field: Omit<FieldSpec, 'name'>;
}

/** A small table of somebody's, and what he does with it: plain data, all of it from a seed. */
export interface TableCase {
  readonly format: TableFormat;
  readonly columns: readonly TableColumn[];
  readonly label: readonly Cell[];
  readonly weight: readonly Cell[] | undefined;
  readonly group: readonly Cell[] | undefined;
  /** False: the schema is inferred. */
  readonly declared: boolean;
  readonly model: string;
  readonly embeddingDim: number;
  readonly engine: 'compiled' | 'eager';
  readonly open: Readonly<Record<string, unknown>>;
  readonly fit: Readonly<Record<string, unknown>>;
}

/** Names that have hurt some program before. */
const oddNames = [
  ...['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'name', 'label', 'logits', 'loss'],
  ...['ids', 'rowid', 'ctrflow_part', 'filename', 'score', 'row_weight', 'select', 'a b', 'a/b', 'a.b', 'a:b', 'a,b'],
  ...[
    '@label',
    '"quoted"',
    "o'clock",
    'été',
    '日本',
    '🙂',
    'a\\b',
    '{}',
    '[0]',
    '$x',
    '%s',
    '-',
    'A',
    'a',
    '1',
    ' padded ',
  ],
];

/** What a column holds, and the field that reads it. */
type Kind = readonly [CellKind, fc.Arbitrary<object>];

/** Kinds that a file of raw inputs can hold. */
const rawKinds: readonly Kind[] = [
  ['text', fc.record({ kind: fc.constant('categorical'), minCount: fc.constantFrom(1, 2), maxSize: fc.constantFrom(3, 50) })],
  ['number', fc.record({ kind: fc.constant('numeric'), transform: fc.constantFrom('none', 'standard', 'min-max', 'log', 'quantile'), missing: fc.constantFrom('mean', 0, -1.5) })],
  ['list', fc.record({ kind: fc.constant('multi-hot'), maxLength: fc.constantFrom(1, 3, 50) })],
  ['weighted list', fc.record({ kind: fc.constant('multi-hot'), weightSeparator: fc.constant(':'), maxLength: fc.constantFrom(2, 50) })],
  ['list', fc.record({ kind: fc.constant('sequence'), maxLength: fc.constantFrom(1, 4, 50), keep: fc.constantFrom('first', 'last') })],
]; // prettier-ignore
const allKinds: readonly Kind[] = [
  ...rawKinds,
  ['text', fc.record({ kind: fc.constant('hashed'), numBuckets: fc.constantFrom(1, 7, 100) })],
  ['time', fc.record({ kind: fc.constant('time-part'), part: fc.constantFrom('hour', 'day-of-week', 'month', 'is-weekend') })],
]; // prettier-ignore

const column = (numRows: number, kinds: readonly Kind[]): fc.Arbitrary<TableColumn> =>
  fc.constantFrom(...kinds).chain(([kind, field]) =>
    fc.record({
      name: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('b', 'c', 'd', 'e', 'f', 'g', 'h', 'i') }, { weight: 1, arbitrary: fc.constantFrom(...oddNames) }), // prettier-ignore
      cells: cells(kind, numRows),
      field: field as fc.Arbitrary<TableColumn['field']>,
    }),
  );

/** Names of a history's target and of the history, for models that compare the two. */
export const history = { target: 'item', past: 'past items' } as const;

const historyColumns = (numRows: number): fc.Arbitrary<TableColumn[]> =>
  fc.tuple(cells('item', numRows), cells('items', numRows)).map(([item, items]) => [
    { name: history.target, cells: item, field: { kind: 'categorical' } },
    {
      name: history.past,
      cells: items,
      field: { kind: 'sequence', shareTable: history.target, maxLength: 6 } as never,
    },
  ]);

const plainModels = ['lr', 'fm', 'dnn', 'deepfm', 'masknet'];
const historyModels = ['din', 'bst', 'rnn', 'dien'];

const fitOptions = fc.record(
  {
    batchSize: fc.constantFrom(1, 2, 7, 16, 1000),
    epochs: fc.constantFrom(1, 2),
    optimizer: fc.record({ kind: fc.constantFrom('adam', 'adamw', 'sgd', 'adagrad'), rate: fc.constantFrom(0, 1e-3, 0.1, 1, 1e4) }),
    tableOptimizer: fc.constantFrom('lazy-adam', 'adagrad', 'rowwise-adagrad', 'ftrl', 'sgd', 'dense-adam'),
    l2: fc.record({ net: fc.constantFrom(0, 1e-3), embedding: fc.constantFrom(0, 1e-3) }, { requiredKeys: [] }),
    clipNorm: fc.constantFrom(1e-3, 1),
    classWeights: fc.constantFrom([1, 5], [0, 1], [1, 0]),
    schedule: fc.constantFrom({ kind: 'cosine' }, { kind: 'one-cycle', warmUpSteps: 2 }, { kind: 'plateau' }),
    monitor: fc.constantFrom('auc', 'logLoss', 'calibration', 'gauc'),
    seed: fc.integer({ min: 0, max: 1000 }),
  },
  { requiredKeys: ['batchSize', 'epochs'] },
); // prettier-ignore

const openOptions = fc.record(
  {
    split: fc.constantFrom({ by: 'none' }, { by: 'ratio', valid: 0.2, test: 0.2 }, { by: 'ratio', valid: 0, test: 0.3 }),
    onBadRow: fc.constantFrom('fail', 'skip'),
    negativeKeepRate: fc.constantFrom(0.5, 0.1),
    limit: fc.constantFrom(10, 50, 1000),
    nullValues: fc.constantFrom(['NA'], ['', 'x']),
  },
  { requiredKeys: [] },
); // prettier-ignore

const drawnCases: fc.Arbitrary<TableCase> = fc
  .record({ numRows: fc.integer({ min: 4, max: 90 }), withHistory: fc.boolean(), rawInputs: fc.boolean() })
  .chain(({ numRows, withHistory, rawInputs }) =>
    fc.record({
      format: fc.constantFrom<TableFormat>('csv', 'tsv', 'csv.gz', 'jsonl', 'parquet', 'rows'),
      columns: fc
        .tuple(
          fc.uniqueArray(column(numRows, rawInputs ? rawKinds : allKinds), { minLength: withHistory ? 0 : 1, maxLength: 6, selector: ({ name }) => name }),
          withHistory ? historyColumns(numRows) : fc.constant([]),
        )
        .map(([drawn, past]) => [...drawn, ...past]),
      label: cells('label', numRows, 200),
      weight: fc.option(cells('weight', numRows, 100), { nil: undefined, freq: 3 }),
      group: fc.option(cells('item', numRows), { nil: undefined, freq: 3 }),
      declared: withHistory ? fc.constant(true) : fc.boolean(),
      model: fc.constantFrom(...plainModels, ...(withHistory ? [...historyModels, ...historyModels] : [])),
      embeddingDim: fc.constantFrom(1, 2, 5, 16),
      engine: fc.constantFrom('compiled', 'compiled', 'eager'),
      open: rawInputs ? fc.constant({ split: { by: 'none' } }) : openOptions,
      fit: fitOptions,
    }),
  ); // prettier-ignore

/** Draws a whole case; shrinks to fewer rows, columns and options. Without fast-check's liking for the smallest and largest values nearly all cases get as far as training. */
export const tableCases = fc.oneof(
  { weight: 9, arbitrary: fc.noBias(drawnCases) },
  { weight: 1, arbitrary: drawnCases },
);
