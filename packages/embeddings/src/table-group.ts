import { ShapeError, SerializationError, checkInteger, expected } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type {
  LookupPlan,
  NamedArrays,
  TableGroup,
  TableInitializer,
  TableOptimizer,
  TableSpec,
  TableStep,
} from './contract';
import { initialValues, tableKey } from './initializers';
import { LookupPlanner } from './planner';
import type { RowStorage, UpdateRule } from './rules';
import { updateRule } from './rules';

/** Options of {@link createTableGroup}. */
export interface TableGroupOptions {
  /** D. */
  readonly dim: number;
  /** Default: normal with standard deviation 1e-4. */
  readonly initializer?: TableInitializer;
  readonly key: RandomKey;
}

/**
 * Tables of one embedding size whose rows lie in one array, each with its optimizer state beside it. Initial values are made when the rows
 * are first needed, so that choosing an optimizer before costs nothing.
 *
 * @example
 * const group = createTableGroup('embedding', [{ name: 'city', numRows: 100 }], { dim: 8, key: randomKey(1) });
 * group.useOptimizer({ kind: 'lazy-adam' });
 * const plan = group.plan(Int32Array.of(3, 7, 3));
 * const rows = new Float32Array(3 * 8);
 * group.gather(plan, rows);
 * group.update(plan, gradients, { learningRate: 1e-3, step: 1 });
 */
export function createTableGroup(name: string, tables: readonly TableSpec[], options: TableGroupOptions): TableGroup {
  checkInteger(`tables "${name}"`, 'dim', options.dim, { min: 1 });
  for (const table of tables) checkInteger(`table "${table.name}"`, 'numRows', table.numRows, { min: 1 });
  return new ArrayTableGroup(name, tables, options);
}

class ArrayTableGroup implements TableGroup {
  readonly dim: number;
  tables: readonly TableSpec[];
  numRows = 0;
  optimizer: TableOptimizer | undefined;
  private readonly initializer: TableInitializer;
  private readonly key: RandomKey;
  private offsets = new Map<string, number>();
  private rule: UpdateRule | undefined;
  private rows: Float32Array | undefined;
  private planner: LookupPlanner | undefined;
  /** Gradient per distinct row. */
  private summed = new Float32Array(0);

  constructor(
    readonly name: string,
    tables: readonly TableSpec[],
    { dim, key, initializer = { kind: 'normal', stdDev: 1e-4 } }: TableGroupOptions,
  ) {
    this.dim = dim;
    this.initializer = initializer;
    this.key = key;
    this.tables = tables;
    this.layOut();
  }

  offsetOf(table: string): number {
    const offset = this.offsets.get(table);
    if (offset !== undefined) return offset;
    throw new ShapeError(expected(`tables "${this.name}"`, `one of ${[...this.offsets.keys()].join(', ')}`, table));
  }

  plan(rows: Int32Array, numLookups?: number): LookupPlan {
    this.planner ??= new LookupPlanner(this.numRows);
    return this.planner.plan(rows, numLookups);
  }

  gather({ numLookups, distinct, inverse }: LookupPlan, out: Float32Array): void {
    const { data, dim, stride } = this.storage();
    for (let i = 0, o = 0; i < numLookups; i++) {
      const at = distinct[inverse[i]] * stride;
      for (let j = 0; j < dim; j++) out[o++] = data[at + j];
    }
  }

  useOptimizer(optimizer: TableOptimizer): void {
    const weights = this.rows === undefined ? undefined : this.tables.map(({ name }) => this.weights(name));
    this.optimizer = optimizer;
    this.rule = updateRule(optimizer);
    if (weights === undefined) return;
    this.rows = this.emptyRows();
    this.tables.forEach(({ name }, i) => {
      this.setWeights(name, weights[i]);
    });
  }

  gradientSquaredNorm(plan: LookupPlan, gradients: Float32Array): number {
    const { rule } = this;
    const { data, dim, stride } = this.storage();
    const l2 = rule?.l2 ?? 0;
    const summed = this.sumByRow(plan, gradients);
    let norm = 0;
    for (let slot = 0; slot < plan.numDistinct; slot++) {
      const at = plan.distinct[slot] * stride;
      for (let j = 0; j < dim; j++) norm += (summed[slot * dim + j] + l2 * data[at + j]) ** 2;
    }
    return rule?.dense === true && l2 > 0 ? norm + this.decaySquaredNorm(plan, l2) : norm;
  }

  update(plan: LookupPlan, gradients: Float32Array, step: TableStep): void {
    if (this.rule === undefined) {
      throw new ShapeError(
        expected(`tables "${this.name}"`, 'an optimizer before an update', 'none', 'call useOptimizer'),
      );
    }
    const { distinct, numDistinct } = plan;
    const { dim, stride } = this.storage();
    const summed = this.sumByRow(plan, gradients);
    const updateRow = this.rule.step(this.storage(), summed, step);
    for (let slot = 0; slot < numDistinct; slot++) updateRow(distinct[slot] * stride, slot * dim);
    if (this.rule.dense) this.updateOthers(plan, this.rule, step);
  }

  weights(table: string): Float32Array {
    return this.column(table, 0, this.dim);
  }

  setWeights(table: string, weights: Float32Array): void {
    this.setColumn(table, 'weights', weights, 0, this.dim);
  }

  optimizerState(table: string): NamedArrays {
    return Object.fromEntries(this.slots().map(({ name, at, width }) => [name, this.column(table, at, width)]));
  }

  setOptimizerState(table: string, state: NamedArrays): void {
    for (const { name, at, width } of this.slots()) {
      if (!(name in state)) {
        throw new SerializationError(expected(`table "${table}"`, `optimizer state "${name}"`, Object.keys(state)));
      }
      this.setColumn(table, name, state[name], at, width);
    }
  }

  grow(table: string, numRows: number): void {
    const old = this.tables.find(({ name }) => name === table);
    if (old === undefined || numRows <= old.numRows) return;
    const saved =
      this.rows === undefined
        ? undefined
        : this.tables.map(({ name }) => [this.weights(name), this.optimizerState(name)] as const);
    const before = this.tables;
    this.tables = before.map((spec) => (spec === old ? { ...spec, numRows } : spec));
    this.layOut();
    this.planner = undefined;
    if (saved === undefined) return;
    this.rows = this.initializedRows();
    before.forEach(({ name }, i) => {
      const [weights, state] = saved[i];
      this.writePrefix(name, weights, 0, this.dim);
      for (const slot of this.slots()) this.writePrefix(name, state[slot.name], slot.at, slot.width);
    });
  }

  dispose(): void {
    this.rows = undefined;
    this.planner = undefined;
  }

  private layOut(): void {
    let offset = 0;
    this.offsets = new Map();
    for (const { name, numRows } of this.tables) {
      this.offsets.set(name, offset);
      offset += numRows;
    }
    this.numRows = offset;
  }

  private get stride(): number {
    return this.slots().reduce((end, { at, width }) => Math.max(end, at + width), this.dim);
  }

  private slots(): { readonly name: string; readonly at: number; readonly width: number; readonly initial: number }[] {
    let at = this.dim;
    return (this.rule?.slots ?? []).map(({ name, width: kind, initial }) => {
      const width = kind === 'row' ? this.dim : 1;
      at += width;
      return { name, at: at - width, width, initial };
    });
  }

  private storage(): RowStorage {
    this.rows ??= this.initializedRows();
    return { data: this.rows, dim: this.dim, stride: this.stride };
  }

  private emptyRows(): Float32Array {
    const { stride } = this;
    const rows = new Float32Array(this.numRows * stride);
    for (const { at, width, initial } of this.slots()) {
      if (initial === 0) continue;
      for (let row = at; row < rows.length; row += stride) rows.fill(initial, row, row + width);
    }
    return rows;
  }

  private initializedRows(): Float32Array {
    const rows = this.emptyRows();
    const { dim, stride } = this;
    for (const { name, numRows, paddingRow = true } of this.tables) {
      const initial = initialValues(this.initializer, tableKey(this.key, name));
      const offset = this.offsetOf(name);
      for (let row = paddingRow ? 1 : 0; row < numRows; row++) {
        for (let j = 0; j < dim; j++) rows[(offset + row) * stride + j] = initial(row * dim + j);
      }
    }
    return rows;
  }

  /** Sums the gradients of each distinct row in the order of the lookups; padding rows take none. */
  private sumByRow({ numLookups, numDistinct, distinct, inverse }: LookupPlan, gradients: Float32Array): Float32Array {
    const { dim } = this;
    if (this.summed.length < numDistinct * dim) this.summed = new Float32Array(numLookups * dim);
    const { summed } = this;
    summed.fill(0, 0, numDistinct * dim);
    for (let i = 0, g = 0; i < numLookups; i++) {
      const at = inverse[i] * dim;
      for (let j = 0; j < dim; j++) summed[at + j] += gradients[g++];
    }
    const padding = this.paddingRows();
    for (let slot = 0; slot < numDistinct; slot++) {
      if (padding.has(distinct[slot])) summed.fill(0, slot * dim, (slot + 1) * dim);
    }
    return summed;
  }

  private paddingRows(): ReadonlySet<number> {
    return new Set(this.tables.filter(({ paddingRow = true }) => paddingRow).map(({ name }) => this.offsetOf(name)));
  }

  /** A dense optimizer's step for the rows that the batch did not touch: their gradient is the decay alone. */
  private updateOthers({ distinct, numDistinct }: LookupPlan, rule: UpdateRule, step: TableStep): void {
    const { stride } = this.storage();
    const updateRow = rule.step(this.storage(), new Float32Array(this.dim), step);
    const touched = new Set(distinct.subarray(0, numDistinct));
    for (let row = 0; row < this.numRows; row++) if (!touched.has(row)) updateRow(row * stride, 0);
  }

  private decaySquaredNorm({ distinct, numDistinct }: LookupPlan, l2: number): number {
    const { data, dim, stride } = this.storage();
    const touched = new Set(distinct.subarray(0, numDistinct));
    let norm = 0;
    for (let row = 0; row < this.numRows; row++) {
      if (touched.has(row)) continue;
      for (let j = 0; j < dim; j++) norm += (l2 * data[row * stride + j]) ** 2;
    }
    return norm;
  }

  private column(table: string, from: number, width: number): Float32Array {
    const { data, stride } = this.storage();
    const first = this.offsetOf(table);
    const numRows = this.numRowsOf(table);
    const out = new Float32Array(numRows * width);
    for (let row = 0; row < numRows; row++) {
      const at = (first + row) * stride + from;
      for (let j = 0; j < width; j++) out[row * width + j] = data[at + j];
    }
    return out;
  }

  private setColumn(table: string, what: string, values: Float32Array, from: number, width: number): void {
    const size = this.numRowsOf(table) * width;
    if (values.length !== size) {
      throw new ShapeError(expected(`table "${table}"`, `${size} numbers for ${what}`, values.length));
    }
    this.rows ??= this.initializedRows();
    this.writePrefix(table, values, from, width);
  }

  private writePrefix(table: string, values: Float32Array, from: number, width: number): void {
    const { data, stride } = this.storage();
    const first = this.offsetOf(table);
    for (let row = 0; row * width < values.length; row++) {
      const at = (first + row) * stride + from;
      for (let j = 0; j < width; j++) data[at + j] = values[row * width + j];
    }
  }

  private numRowsOf(table: string): number {
    this.offsetOf(table);
    return this.tables.find(({ name }) => name === table)?.numRows ?? 0;
  }
}
