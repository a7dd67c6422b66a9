import type { Tensor } from '@tensorflow/tfjs-core';
import { tensor, tidy } from '@tensorflow/tfjs-core';
import { encodeOnnx, loadRuntime, lower, record } from '../src/index';
import type { Graph, LoweringTarget, Runtime, RuntimeTensor } from '../src/index';
import type { Filled } from './exact';

/** A program of tfjs: tensors to tensors. */
export type Program = (inputs: readonly Tensor[]) => Tensor | readonly Tensor[];

let found: Promise<Runtime> | undefined;

/** ONNX Runtime, loaded once. */
export function onnxRuntime(): Promise<Runtime> {
  return (found ??= loadRuntime('onnxruntime-node').then(({ runtime }) => runtime));
}

/** The graph of a program; inputs are named `x0`, `x1`, results `y0`, `y1`. */
export function recordProgram(inputs: readonly Pick<Filled, 'shape' | 'dtype'>[], program: Program): Graph {
  const specs = Object.fromEntries(inputs.map(({ shape, dtype }, i) => [`x${i}`, { shape, dtype }]));
  return record(
    ({ inputs: given }) => {
      const results = [program(inputs.map((_, i) => given[`x${i}`]))].flat();
      return Object.fromEntries(results.map((result, i) => [`y${i}`, result]));
    },
    { inputs: specs },
  );
}

/** Runs a graph in ONNX Runtime, with one thread. */
export async function runGraph(
  graph: Graph,
  inputs: Readonly<Record<string, Filled>>,
  target: LoweringTarget = 'onnxruntime',
): Promise<Readonly<Record<string, Filled>>> {
  const runtime = await onnxRuntime();
  const session = await runtime.load(encodeOnnx(lower(graph, { target })), { threads: 1, spinning: false });
  const feeds = Object.entries(inputs).map(([name, { shape, dtype, data }]) => [name, runtime.tensor(dtype, typed(dtype, data), shape)] as const); // prettier-ignore
  const ports = [...graph.outputs.map(({ name }) => name), ...graph.updates.map(({ name }) => `${name}:next`)];
  const results = await session.run(Object.fromEntries(feeds), Object.fromEntries(ports.map((name) => [name, null])));
  await session.release();
  return Object.fromEntries(ports.map((name) => [name, filledOf(results[name])]));
}

/** Results of a graph of {@link recordProgram} in order. */
export async function runProgram(graph: Graph, inputs: readonly Filled[], target?: LoweringTarget): Promise<Filled[]> {
  const named = Object.fromEntries(inputs.map((input, i) => [`x${i}`, input]));
  const results = await runGraph(graph, named, target);
  return graph.outputs.map(({ name }) => results[name]);
}

/** What the backend that is set computes, operation by operation. */
export function runEagerly(program: Program, inputs: readonly Filled[]): Filled[] {
  const results: Filled[] = [];
  tidy(() => {
    const given = inputs.map(({ shape, dtype, data }) => tensor(typed(dtype, data), [...shape], dtype));
    for (const result of [program(given)].flat())
      results.push({ shape: result.shape, dtype: result.dtype as Filled['dtype'], data: [...result.dataSync()] });
  });
  return results;
}

function typed(dtype: Filled['dtype'], data: readonly number[]): Float32Array | Int32Array | Uint8Array {
  switch (dtype) {
    case 'float32':
      return Float32Array.from(data);
    case 'int32':
      return Int32Array.from(data);
    case 'bool':
      return Uint8Array.from(data);
  }
}

function filledOf({ data, dims }: RuntimeTensor): Filled {
  const dtype = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'bool';
  return { shape: dims, dtype, data: Array.from(data as Float32Array) };
}
