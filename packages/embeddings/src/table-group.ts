import {
  ConfigError,
  SerializationError,
  ShapeError,
  checkInteger,
  checkKnownOptions,
  checkList,
  checkNumber,
  checkObject,
  checkOneOf,
  checkText,
  expected,
  recordOf,
} from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { checkTableOptimizer } from './check-optimizer';
import { readColumn, writeColumn } from './columns';
import type { Column } from './columns';
import type {
  LookupPlan,
  NamedArrays,
  TableGroup,
  TableInitializer,
  TableOptimizer,
  TableSpec,
  TableStep,
} from './contract';
import { createEngine } from './create-engine';
import type { KernelChoice } from './create-engine';
import { initialValues, tableKey } from './initializers';
import type { TableThreads } from './kernel-calls';
import { rowLayout } from './layout';
import { LookupPlanner } from './planner';
import type { RowEngine } from './row-engine';
import { updateRule } from './rules';
import type { UpdateRule } from './rules';
import { offsetsOf, rowsOf } from './table-offsets';

/** Options of {@link createTableGroup}. */
export interface TableGroupOptions {
  /** D. */
  readonly dim: number;
  /** Default: normal with standard deviation 1e-4. */
  readonly initializer?: TableInitializer;
  readonly key: RandomKey;
  /** Default `auto`: SIMD where it runs. Results are the same bits. */
  readonly kernels?: KernelChoice;
}

/**
 * Tables of one embedding size whose rows lie in one array, each with its optimizer state beside it. Initial values are made when the rows
 * are first needed, so that choosing an optimizer before costs nothing.
 *
 * All arithmetic on rows is float32, each operation rounded to nearest, on every path: plain loops, SIMD and threads give the same bits, so that a run can be
 * resumed on another machine.
 *
 * @example
 * const group = createTableGroup('embedding', [{ name: 'city', numRows: 100 }], { dim: 8, key: randomKey(1) });
 * group.useOptimizer({ kind: 'lazy-adam' });
 * const plan = group.plan(Int32Array.of(3, 7, 3));
 * const rows = new Float32Array(3 * 8);
 * group.gather(plan, rows);
 * group.update(plan, gradients, { learningRate: 1e-3, step: 1 });
 *
 * @throws ConfigError for sizes that are not positive integers, or names that are used twice
 */
export function createTableGroup(name: string, tables: readonly TableSpec[], options: TableGroupOptions): TableGroup {
  checkText('createTableGroup', 'name', name);
  checkKnownOptions('createTableGroup', options, ['dim', 'initializer', 'key', 'kernels']);
  const { word0 } = checkObject('createTableGroup', 'a key, as randomKey gives it, for key', options.key);
  checkNumber('createTableGroup', 'word0 of key', word0);
  if (options.initializer !== undefined) checkInitializer(options.initializer);
  checkOneOf('createTableGroup', 'kernels', options.kernels ?? 'auto', ['auto', 'simd', 'plain']);
  checkInteger(`tables "${name}"`, 'dim', options.dim, { min: 1, max: MAX_DIM });
  for (const table of checkList('createTableGroup', 'a list of tables', tables))
    checkText('createTableGroup', 'the name of a table', checkObject('createTableGroup', 'a table', table).name);
  for (const table of tables) checkInteger(`table "${table.name}"`, 'numRows', table.numRows, { min: 1 });
  const numRows = tables.reduce((sum, table) => sum + table.numRows, 0);
  if (numRows * options.dim > MAX_NUMBERS) {
    const hint = 'choose a smaller size, or fewer buckets and values';
    throw new ConfigError(
      expected(`tables "${name}"`, `at most ${MAX_NUMBERS} numbers`, `${numRows} x ${options.dim}`, hint),
    );
  }
  return new ArrayTableGroup(name, tables, options);
}

function checkInitializer(initializer: TableInitializer): void {
  const { kind } = checkObject('createTableGroup', 'an initializer', initializer);
  checkOneOf('createTableGroup', 'the kind of initializer', kind, ['normal', 'uniform', 'zeros']);
}

/** Numbers of one row: many times what anybody uses, and far from what would stop the machine. */
export const MAX_DIM = 2 ** 16;

/** 16 gibibytes, and as much again for each number that an optimizer keeps beside a weight. */
const MAX_NUMBERS = 2 ** 32;

class ArrayTableGroup implements TableGroup {
  readonly dim: number;
  tables: readonly TableSpec[];
  numRows = 0;
  optimizer: TableOptimizer | undefined;
  private readonly initializer: TableInitializer;
  private readonly key: RandomKey;
  private readonly choice: KernelChoice;
  private offsets: ReadonlyMap<string, number> = new Map();
  private rule: UpdateRule | undefined;
  private engine: RowEngine | undefined;
  private planner: LookupPlanner | undefined;
  private threads: TableThreads | undefined;
  /** By table, and once they are needed as one array of all rows. */
  private readonly decayOfTable = new Map<string, Float32Array>();
  private rowDecay: Float32Array | undefined;
  /** What the engine's sums were made of, so that clipping by the norm does not make them twice. */
  private summed: { readonly plan: LookupPlan; readonly gradients: Float32Array } | undefined;

  constructor(
    readonly name: string,
    tables: readonly TableSpec[],
    { dim, key, initializer = { kind: 'normal', stdDev: 1e-4 }, kernels = 'auto' }: TableGroupOptions,
  ) {
    this.dim = dim;
    this.initializer = initializer;
    this.key = key;
    this.choice = kernels;
    this.tables = tables;
    this.layOut();
  }

  get kernels(): 'simd' | 'plain' {
    return this.rows().kernels;
  }

  offsetOf(table: string): number {
    const offset = this.offsets.get(table);
    if (offset !== undefined) return offset;
    throw new ShapeError(expected(`tables "${this.name}"`, `one of ${[...this.offsets.keys()].join(', ')}`, table));
  }

  plan(rows: Int32Array, numLookups?: number): LookupPlan {
    if (this.planner === undefined) {
      const padded = this.tables.filter(({ paddingRow = true }) => paddingRow);
      this.planner = new LookupPlanner(
        this.numRows,
        padded.map(({ name }) => this.offsetOf(name)),
      );
    }
    return this.planner.plan(rows, numLookups);
  }

  gather(plan: LookupPlan, out: Float32Array): void {
    this.summed = undefined; // its place is used
    this.rows().gather(plan, out);
  }

  useOptimizer(optimizer: TableOptimizer): void {
    checkTableOptimizer(optimizer);
    const weights = this.engine === undefined ? undefined : this.tables.map(({ name }) => this.weights(name));
    this.optimizer = optimizer;
    this.rule = updateRule(optimizer);
    if (weights === undefined) return;
    this.replaceEngine();
    this.tables.forEach(({ name }, i) => {
      this.write(this.weightColumn(name), weights[i]);
    });
  }

  useRowDecay(table: string, decay: Float32Array | undefined): void {
    this.summed = undefined;
    this.rowDecay = undefined;
    if (decay === undefined) {
      this.decayOfTable.delete(table);
      return;
    }
    this.checkSize(table, 'the decay of its rows', decay, this.numRowsOf(table));
    this.decayOfTable.set(table, decay.slice());
  }

  useThreads(threads: TableThreads | undefined): void {
    if (threads === this.threads) return;
    const old = this.engine;
    this.threads = threads;
    if (old === undefined) return;
    const rows = old.data();
    this.replaceEngine().data().set(rows);
  }

  gradientSquaredNorm(plan: LookupPlan, gradients: Float32Array): number {
    this.sum(plan, gradients);
    return this.rows().squaredNorm(plan);
  }

  update(plan: LookupPlan, gradients: Float32Array, step: TableStep): void {
    if (this.rule === undefined) {
      throw new ShapeError(
        expected(`tables "${this.name}"`, 'an optimizer before an update', 'none', 'call useOptimizer'),
      );
    }
    this.sum(plan, gradients);
    this.summed = undefined;
    this.rows().update(plan, this.rule.scalars(step, this.dim));
  }

  weights(table: string): Float32Array {
    return this.read(table, this.weightColumn(table));
  }

  setWeights(table: string, weights: Float32Array): void {
    this.setColumn(table, 'weights', weights, this.weightColumn(table));
    if (this.isPadded(table)) this.write(this.weightColumn(table), new Float32Array(this.dim));
  }

  setRows(table: string, rows: ArrayLike<number>, vectors: Float32Array): void {
    const first = this.isPadded(table) ? 1 : 0;
    const numRows = this.numRowsOf(table);
    for (let i = 0; i < rows.length; i++)
      checkInteger(`table "${table}"`, `row ${i} of the vectors`, rows[i], { min: first, max: numRows - 1 });
    this.checkSize(table, 'the vectors', vectors, rows.length * this.dim);
    const data = this.rows().data();
    for (let i = 0; i < rows.length; i++) {
      const column = this.weightColumn(table);
      const vector = vectors.subarray(i * this.dim, (i + 1) * this.dim);
      writeColumn(data, { ...column, firstRow: column.firstRow + rows[i] }, vector);
    }
  }

  optimizerState(table: string): NamedArrays {
    return recordOf(this.stateColumns(table).map(([name, column]) => [name, this.read(table, column)]));
  }

  setOptimizerState(table: string, state: NamedArrays): void {
    for (const [name, column] of this.stateColumns(table)) {
      if (!Object.hasOwn(state, name)) {
        throw new SerializationError(expected(`table "${table}"`, `optimizer state "${name}"`, Object.keys(state)));
      }
      this.setColumn(table, name, state[name], column);
    }
  }

  grow(table: string, numRows: number): void {
    if (numRows <= this.numRowsOf(table)) return;
    checkInteger(`table "${table}"`, 'numRows', numRows);
    const saved =
      this.engine &&
      this.tables.map(({ name }) => ({ name, weights: this.weights(name), state: this.optimizerState(name) }));
    this.tables = this.tables.map((spec) => (spec.name === table ? { ...spec, numRows } : spec));
    this.layOut();
    this.planner = undefined;
    if (saved === undefined) return;
    this.replaceEngine();
    for (const { name, weights, state } of saved) {
      this.write(this.weightColumn(name), weights);
      for (const [slot, column] of this.stateColumns(name)) this.write(column, state[slot]);
      this.initialize(name, weights.length / this.dim);
    }
  }

  dispose(): void {
    this.engine?.dispose();
    this.engine = undefined;
    this.planner = undefined;
    this.summed = undefined;
  }

  private layOut(): void {
    this.rowDecay = undefined;
    this.offsets = offsetsOf(this.name, this.tables);
    this.numRows = rowsOf(this.tables);
  }

  private rows(): RowEngine {
    if (this.engine === undefined) {
      this.replaceEngine();
      for (const { name } of this.tables) this.initialize(name, 0);
    }
    return this.engine!;
  }

  /** An engine for the sizes, the optimizer and the threads of now; rows are zeros. */
  private replaceEngine(): RowEngine {
    this.engine?.dispose();
    this.summed = undefined;
    const layout = rowLayout(this.dim, this.rule?.slots ?? []);
    this.engine = createEngine({ numRows: this.numRows, layout, rule: this.rule }, this.choice, this.threads);
    return this.engine;
  }

  /** Makes the initial values of the rows of a table from row `from` on. */
  private initialize(table: string, from: number): void {
    const { dim } = this;
    const engine = this.rows();
    const data = engine.data();
    const { stride } = engine.layout;
    const initial = initialValues(this.initializer, tableKey(this.key, table));
    const offset = this.offsetOf(table);
    for (let row = Math.max(from, this.isPadded(table) ? 1 : 0); row < this.numRowsOf(table); row++) {
      for (let j = 0; j < dim; j++) data[(offset + row) * stride + j] = initial(row * dim + j);
    }
  }

  private sum(plan: LookupPlan, gradients: Float32Array): void {
    if (this.summed?.plan === plan && this.summed.gradients === gradients) return;
    this.checkSize(this.name, 'the gradients', gradients, plan.numLookups * this.dim, 'at least');
    this.rows().sum(plan, gradients);
    const decay = this.decayOfRows();
    if (decay !== undefined) this.rows().addDecay(plan, decay);
    this.summed = { plan, gradients };
  }

  /** The decay of every row of the group, if some have one. */
  private decayOfRows(): Float32Array | undefined {
    if (this.decayOfTable.size === 0) return undefined;
    if (this.rowDecay === undefined) {
      this.rowDecay = new Float32Array(this.numRows);
      for (const [table, decay] of this.decayOfTable) this.rowDecay.set(decay, this.offsetOf(table));
    }
    return this.rowDecay;
  }

  private weightColumn(table: string): Column {
    return { stride: this.rows().layout.stride, firstRow: this.offsetOf(table), at: 0, width: this.dim };
  }

  private stateColumns(table: string): (readonly [string, Column])[] {
    const { slots } = this.rows().layout;
    return slots.map(({ name, at, width }) => [name, { ...this.weightColumn(table), at, width }]);
  }

  private read(table: string, column: Column): Float32Array {
    return readColumn(this.rows().data(), column, this.numRowsOf(table));
  }

  private write(column: Column, values: Float32Array): void {
    writeColumn(this.rows().data(), column, values);
  }

  private setColumn(table: string, what: string, values: Float32Array, column: Column): void {
    this.checkSize(table, what, values, this.numRowsOf(table) * column.width);
    this.write(column, values);
  }

  private checkSize(table: string, what: string, values: Float32Array, size: number, or?: 'at least'): void {
    if (or === undefined ? values.length === size : values.length >= size) return;
    throw new ShapeError(expected(`table "${table}"`, `${or ?? ''} ${size} numbers for ${what}`.trim(), values.length));
  }

  private isPadded(table: string): boolean {
    return this.spec(table).paddingRow ?? true;
  }

  private numRowsOf(table: string): number {
    return this.spec(table).numRows;
  }

  private spec(table: string): TableSpec {
    this.offsetOf(table);
    return this.tables.find(({ name }) => name === table)!;
  }
}
