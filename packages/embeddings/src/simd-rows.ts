import { ShapeError, expected } from '@ctrflow/core';
import type { LookupPlan } from './contract';
import { localCalls } from './kernel-calls';
import type { KernelCalls, TableThreads } from './kernel-calls';
import { addRowDecay } from './row-decay';
import { NORM_BLOCK } from './row-engine';
import type { RowEngine, RowEngineOptions } from './row-engine';
import { MAX_PAGES } from './wasm/assembler';
import { rowModule } from './wasm/row-module';
import type { RowModuleOptions } from './wasm/row-module';

const PAGE = 65536;

/** Rows that one call of a kernel takes: enough to make the call cheap, few enough to share the work evenly. */
const CHUNK = 1024;

/** Lookups that pass through the memory at once: small enough to stay in the cache. */
const WINDOW = 2048;

/** Largest D whose kernels are unrolled. */
const MAX_DIM = 512;

/** Addresses of what lies in the memory behind the rows. */
interface Areas {
  readonly distinct: number;
  readonly inverse: number;
  readonly partials: number;
  /** A row of zeros, then a row per slot. */
  readonly zeroRow: number;
  readonly packed: number;
  /** `[WINDOW, D]`: gradients on their way in, rows on their way out. */
  readonly lookups: number;
  readonly end: number;
}

/** Rows in the memory of a WebAssembly module, worked on by its SIMD kernels, on several threads if there are some. */
export class SimdRows implements RowEngine {
  readonly kernels = 'simd';
  readonly layout;
  private readonly rule;
  private readonly numRows: number;
  private readonly memory: WebAssembly.Memory;
  private readonly calls: KernelCalls;
  private readonly slotOf: number;
  private areas: Areas;
  private capacity = 0;
  private loaded: LookupPlan | undefined;

  /** @throws RangeError | WebAssembly.CompileError where memory or SIMD is missing */
  constructor({ numRows, layout, rule }: RowEngineOptions, threads: TableThreads | undefined) {
    const shared = threads !== undefined;
    const numScalars = rule?.scalars({ learningRate: 0, step: 1 }, layout.dim).length ?? 0;
    const module = compiled({ layout, kind: rule?.kind, numScalars, shared });
    this.layout = layout;
    this.rule = rule;
    this.numRows = numRows;
    this.slotOf = aligned(numRows * layout.stride * 4);
    this.areas = this.layOut(0);
    const initial = Math.ceil(this.areas.end / PAGE);
    this.memory = new WebAssembly.Memory(shared ? { initial, maximum: MAX_PAGES, shared } : { initial });
    this.calls = threads?.attach(module, this.memory) ?? localCalls(module, this.memory);
  }

  /** Whether rows and the lookups of a large batch fit. */
  static fits({ numRows, layout }: RowEngineOptions): boolean {
    const batchReserve = 2 ** 29;
    return layout.dim <= MAX_DIM && numRows * (layout.stride + 1) * 4 + batchReserve <= MAX_PAGES * PAGE;
  }

  data(): Float32Array {
    return new Float32Array(this.memory.buffer, 0, this.numRows * this.layout.stride);
  }

  gather(plan: LookupPlan, out: Float32Array): void {
    const { numLookups, numDistinct } = plan;
    this.load(plan);
    const { distinct, inverse, packed, lookups } = this.areas;
    this.calls.run('gather', [0, distinct, packed], numDistinct, CHUNK);
    this.eachWindow(numLookups, (from, to, window) => {
      this.calls.kernels.expand(inverse + 4 * from, packed, lookups, 0, to - from);
      out.set(window, from * this.layout.dim);
    });
  }

  sum(plan: LookupPlan, gradients: Float32Array): void {
    const { numLookups, numDistinct, paddingSlots } = plan;
    const { dim } = this.layout;
    this.load(plan);
    const { inverse, packed, lookups } = this.areas;
    const summed = new Float32Array(this.memory.buffer, packed, numDistinct * dim).fill(0);
    this.eachWindow(numLookups, (from, to, window) => {
      window.set(gradients.subarray(from * dim, to * dim));
      this.calls.kernels.sum(inverse + 4 * from, lookups, packed, 0, to - from);
    });
    for (const slot of paddingSlots) summed.fill(0, slot * dim, (slot + 1) * dim);
  }

  addDecay(plan: LookupPlan, decay: Float32Array): void {
    const summed = new Float32Array(this.memory.buffer, this.areas.packed, plan.numDistinct * this.layout.dim);
    addRowDecay(summed, this.data(), this.layout, plan, decay);
  }

  squaredNorm(plan: LookupPlan): number {
    const { rule } = this;
    const decay = rule?.l2 ?? 0;
    const every = rule?.dense === true && decay !== 0;
    this.load(plan);
    const { distinct, packed, zeroRow, partials } = this.areas;
    const count = every ? this.numRows : plan.numDistinct;
    if (every)
      this.withSlots(plan, () => {
        this.calls.run('normAll', [0, this.slotOf, zeroRow, partials, decay], count, NORM_BLOCK);
      });
    else this.calls.run('norm', [0, distinct, packed, partials, decay], count, NORM_BLOCK);
    const blocks = new Float64Array(this.memory.buffer, partials, Math.ceil(count / NORM_BLOCK));
    return blocks.reduce((total, block) => total + block, 0);
  }

  update(plan: LookupPlan, scalars: readonly number[]): void {
    const { rule } = this;
    if (rule === undefined) throw new ShapeError(expected('tables', 'an optimizer before an update', 'none'));
    this.load(plan);
    const { distinct, packed, zeroRow } = this.areas;
    if (!rule.dense) this.calls.run('update', [0, distinct, packed, ...scalars], plan.numDistinct, CHUNK);
    else
      this.withSlots(plan, () => {
        this.calls.run('updateAll', [0, this.slotOf, zeroRow, ...scalars], this.numRows, CHUNK);
      });
  }

  dispose(): void {
    this.calls.dispose();
  }

  /** Makes room for the lookups of a plan, and copies it into the memory unless it lies there. */
  private load(plan: LookupPlan): void {
    if (plan === this.loaded) return;
    const { numLookups, numDistinct, distinct, inverse } = plan;
    this.reserve(numLookups);
    const { buffer } = this.memory;
    new Int32Array(buffer, this.areas.distinct, numDistinct).set(distinct.subarray(0, numDistinct));
    new Int32Array(buffer, this.areas.inverse, numLookups).set(inverse.subarray(0, numLookups));
    this.loaded = plan;
  }

  private reserve(numLookups: number): void {
    if (numLookups <= this.capacity) return;
    this.capacity = numLookups;
    this.areas = this.layOut(numLookups);
    const missing = this.areas.end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    const { zeroRow } = this.areas;
    new Float32Array(this.memory.buffer, zeroRow, this.layout.dim).fill(0);
  }

  private layOut(numLookups: number): Areas {
    const { dim } = this.layout;
    const slots = this.rule?.dense === true ? this.numRows : 0;
    const distinct = aligned(this.slotOf + slots * 4);
    const inverse = aligned(distinct + numLookups * 4);
    const partials = aligned(inverse + numLookups * 4);
    const packed = aligned(partials + 8 * Math.ceil(Math.max(slots, numLookups) / NORM_BLOCK) + dim * 4);
    const lookups = aligned(packed + numLookups * dim * 4);
    const end = aligned(lookups + Math.min(WINDOW, numLookups) * dim * 4);
    return { distinct, inverse, partials, zeroRow: packed - dim * 4, packed, lookups, end };
  }

  /** Cuts lookups into windows that pass through the memory one after the other. */
  private eachWindow(numLookups: number, use: (from: number, to: number, window: Float32Array) => void): void {
    const { dim } = this.layout;
    for (let from = 0; from < numLookups; from += WINDOW) {
      const to = Math.min(numLookups, from + WINDOW);
      use(from, to, new Float32Array(this.memory.buffer, this.areas.lookups, (to - from) * dim));
    }
  }

  /** Writes the slot of each row for the time of `use`, and forgets them in time of the batch. */
  private withSlots({ distinct, numDistinct }: LookupPlan, use: () => void): void {
    const slotOf = new Int32Array(this.memory.buffer, this.slotOf, this.numRows);
    for (let slot = 0; slot < numDistinct; slot++) slotOf[distinct[slot]] = slot + 1;
    use();
    for (let slot = 0; slot < numDistinct; slot++) slotOf[distinct[slot]] = 0;
  }
}

const modules = new Map<string, WebAssembly.Module>();

/** The module of the options, compiled once. */
function compiled(options: RowModuleOptions): WebAssembly.Module {
  const key = JSON.stringify([options.layout.dim, options.layout.stride, options.kind, options.shared]);
  let module = modules.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(rowModule(options) as BufferSource);
    modules.set(key, module);
  }
  return module;
}

/** The next multiple of a cache line. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
