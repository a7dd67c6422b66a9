import type { TableThreads } from './kernel-calls';
import { PlainRows } from './plain-rows';
import type { RowEngine, RowEngineOptions } from './row-engine';
import { SimdRows } from './simd-rows';

/** Which kernels work on the rows: SIMD where they run and the rows fit into 4 GiB, or plain loops. Both give the same bits. */
export type KernelChoice = 'auto' | 'plain';

/** Makes room for rows: zeros, with state as it begins. */
export function createEngine(options: RowEngineOptions, choice: KernelChoice, threads?: TableThreads): RowEngine {
  const engine = (choice === 'auto' ? simdRows(options, threads) : undefined) ?? new PlainRows(options);
  const data = engine.data();
  const { stride, slots } = options.layout;
  for (const { at, width, initial } of slots) {
    if (initial === 0) continue;
    for (let row = at; row < data.length; row += stride) data.fill(initial, row, row + width);
  }
  return engine;
}

/** Undefined where WebAssembly, SIMD or the memory is missing, or a page's policy forbids to compile. */
function simdRows(options: RowEngineOptions, threads: TableThreads | undefined): SimdRows | undefined {
  if (typeof WebAssembly === 'undefined' || !SimdRows.fits(options)) return undefined;
  try {
    return new SimdRows(options, threads);
  } catch (error) {
    if (error instanceof RangeError || error instanceof WebAssembly.CompileError) return undefined;
    throw error;
  }
}
