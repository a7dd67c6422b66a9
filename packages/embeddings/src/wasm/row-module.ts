import type { TableOptimizer } from '../contract';
import type { RowLayout } from '../layout';
import { NORM_BLOCK } from '../row-engine';
import { assembleModule, type } from './assembler';
import type { Code, WasmFunction } from './assembler';
import { rowUpdate } from './formulas';
import {
  drop,
  endLoopUnless,
  f64,
  f64x2,
  fourLanes,
  get,
  i32,
  loop,
  oneLane,
  set,
  startLoop,
  tee,
  upperHalf,
  when,
} from './instructions';
import type { Lanes } from './instructions';
import { RowContext, pieces } from './row-code';

/** What a module is specialised for. */
export interface RowModuleOptions {
  readonly layout: RowLayout;
  readonly kind: TableOptimizer['kind'] | undefined;
  readonly numScalars: number;
  readonly shared: boolean;
}

/**
 * The kernels of one table group, specialised for D and its optimizer. All take addresses, then scalars, then the range `from`, `to` that they work on:
 *
 * - `gather(rows, distinct, packed)`: slot k of `packed [U, D]` becomes row `distinct[k]`
 * - `expand(inverse, packed, out)`: `out[i]` becomes slot `inverse[i]`
 * - `sum(inverse, gradients, summed)`: adds gradient i to slot `inverse[i]`
 * - `update(rows, distinct, summed, ...scalars)`, `updateAll(rows, slotOf, summed, ...scalars)`: one step for some rows, or for all
 * - `norm`, `normAll(rows, index, summed, partials, decay)`: squared norm of the gradients with their decay
 */
export function rowModule({ layout, kind, numScalars, shared }: RowModuleOptions): Uint8Array {
  const functions = [gatherRows(layout), expandRows(layout), sumRows(layout), ...norms(layout)];
  if (kind !== undefined) functions.push(...updates(layout, kind, numScalars));
  return assembleModule(functions, { shared });
}

const four = (count: number): number[] => new Array<number>(count).fill(type.i32);

/** base + index * bytes. */
function element(base: Code, index: Code, bytes: number): Code {
  return i32.add(base, i32.mul(index, i32.const(bytes)));
}

/** The 32-bit number at index k of the array at `base`. */
function at(base: number, k: number): Code {
  return i32.load(i32.add(get(base), i32.shl(get(k), 2)));
}

function copyRow(dim: number, source: number, target: number): Code {
  return pieces(dim).map(({ lanes, offset }) => lanes.store(get(target), offset, lanes.load(get(source), offset)));
}

function gatherRows({ dim, stride }: RowLayout): WasmFunction {
  const [rows, index, packed, from, to, source, target, ahead, end] = [0, 1, 2, 3, 4, 5, 6, 7, 8];
  const body = overlapped({ rows, index, from, to, ahead, end, address: source }, stride, dim, [
    set(source, element(get(rows), at(index, from), 4 * stride)),
    set(target, element(get(packed), get(from), 4 * dim)),
    copyRow(dim, source, target),
  ]);
  return { name: 'gather', params: four(5), locals: four(4), body };
}

function expandRows({ dim }: RowLayout): WasmFunction {
  const [inverse, packed, out, from, to, source, target] = [0, 1, 2, 3, 4, 5, 6];
  const body = loop(from, to, [
    set(source, element(get(packed), at(inverse, from), 4 * dim)),
    set(target, element(get(out), get(from), 4 * dim)),
    copyRow(dim, source, target),
  ]);
  return { name: 'expand', params: four(5), locals: four(2), body };
}

function sumRows({ dim }: RowLayout): WasmFunction {
  const [inverse, gradients, summed, from, to, source, target] = [0, 1, 2, 3, 4, 5, 6];
  const add = pieces(dim).map(({ lanes, offset }) =>
    lanes.store(get(target), offset, lanes.add(lanes.load(get(target), offset), lanes.load(get(source), offset))),
  );
  const body = loop(from, to, [
    set(source, element(get(gradients), get(from), 4 * dim)),
    set(target, element(get(summed), at(inverse, from), 4 * dim)),
    add,
  ]);
  return { name: 'sum', params: four(5), locals: four(2), body };
}

/** Which row and gradient a kernel works on: those of a slot, or a row and its slot (0: none, a gradient of zeros). */
function locate(c: RowContext, { stride }: RowLayout, every: boolean): Code {
  const [rows, index, summed] = [0, 1, 2];
  const row = every ? get(c.from) : at(index, c.from);
  const slot = every ? at(index, c.from) : get(c.from);
  return [set(c.row, element(get(rows), row, 4 * stride)), set(c.gradient, element(get(summed), slot, 4 * c.dim))];
}

function updates(layout: RowLayout, kind: TableOptimizer['kind'], numScalars: number): WasmFunction[] {
  return [false, true].map((every) => {
    const c = new RowContext(layout.dim, 3, numScalars);
    const step: Code = [locate(c, layout, every), rowUpdate(kind, c)];
    const ahead = c.row + c.locals.length; // after the context's own locals
    const locals = { rows: 0, index: 1, from: c.from, to: c.to, ahead, end: ahead + 1, address: c.row };
    const rows = every ? loop(c.from, c.to, step) : overlapped(locals, layout.stride, layout.stride, step);
    const body = [c.prologue(), rows];
    return {
      name: every ? 'updateAll' : 'update',
      params: c.params,
      locals: [...c.locals, ...four(2)],
      body,
    };
  });
}

/** Rows whose cache lines are asked for together before the first of them is needed: misses then overlap instead of following one another. */
const TOUCHED = 32;

/** The locals of {@link overlapped}. */
interface Locals {
  readonly rows: number;
  readonly index: number;
  readonly from: number;
  readonly to: number;
  /** Scratch. */
  readonly ahead: number;
  readonly end: number;
  readonly address: number;
}

/** `for (; from < to; from++) step`, where step works on `length` elements of row `index[from]`. */
function overlapped(
  { rows, index, from, to, ahead, end, address }: Locals,
  stride: number,
  length: number,
  step: Code,
): Code {
  const touches: number[] = [];
  for (let offset = 0; offset < 4 * length; offset += 64) touches.push(offset);
  if ((4 * length) % 64 !== 0) touches.push(4 * length - 4); // the row may end in one line more
  return [
    startLoop,
    set(ahead, get(from)),
    set(end, i32.add(get(from), i32.const(TOUCHED))),
    when(i32.ge_u(get(end), get(to)), set(end, get(to))),
    loop(ahead, end, [
      set(address, element(get(rows), at(index, ahead), 4 * stride)),
      touches.map((offset) => drop(i32.load(get(address), offset))),
    ]),
    loop(from, end, step),
    endLoopUnless(i32.ge_u(get(from), get(to))),
  ];
}

function norms(layout: RowLayout): WasmFunction[] {
  return [false, true].map((every) => {
    const c = new RowContext(layout.dim, 4, 1);
    const total = c.row + c.locals.length; // after the context's own locals
    const out = total + 1;
    const body = [
      c.prologue(),
      set(out, element(get(3), i32.shr_u(get(c.from), Math.log2(NORM_BLOCK)), 8)),
      set(total, f64.zero),
      loop(c.from, c.to, [locate(c, layout, every), set(total, f64.add(get(total), rowNorm(c)))]),
      f64.store(get(out), get(total)),
    ];
    return { name: every ? 'normAll' : 'norm', params: c.params, locals: [...c.locals, type.f64, type.i32], body };
  });
}

/** The squares of a row in float64, in four lanes, then (0 + 1) + (2 + 3), then those left over. */
function rowNorm(c: RowContext): Code {
  const [low, high, x] = [0, 1, 2].map((i) => c.temp(fourLanes, i));
  const parts = pieces(c.dim);
  const decayed = ({ lanes, offset }: { lanes: Lanes; offset: number }): Code =>
    lanes.add(c.loadGradient({ lanes, offset }), lanes.mul(c.scalar(lanes, 0), c.load({ lanes, offset }, 0)));
  const squared = (into: number, half: Code, temp: number): Code => [
    set(temp, f64x2.promoteLow(half)),
    set(into, f64x2.add(get(into), f64x2.mul(get(temp), get(temp)))),
  ];
  const y = c.temp(fourLanes, 3);
  const fours = parts
    .filter(({ lanes }) => lanes.width === 4)
    .map((piece) => [set(x, decayed(piece)), squared(low, get(x), y), squared(high, upperHalf(x), y)]);
  const single = c.temp(oneLane, 0);
  const lane = (local: number, i: number): Code => f64x2.lane(get(local), i);
  const start = f64.add(f64.add(lane(low, 0), lane(low, 1)), f64.add(lane(high, 0), lane(high, 1)));
  const sum = parts
    .filter(({ lanes }) => lanes.width === 1)
    .reduce<Code>(
      (before, piece) => f64.add(before, f64.mul(f64.promote(tee(single, decayed(piece))), f64.promote(get(single)))),
      start,
    );
  const zero: Code = [0xfd, 0x0c, new Array<number>(16).fill(0)];
  return [set(low, zero), set(high, zero), fours, sum];
}
