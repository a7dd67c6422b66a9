import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Tensor } from '@tensorflow/tfjs-core';
import { encodeOnnx, loadRuntime, lower, optimize, record } from '../src/index';
import type { DType, Graph, LowerOptions, TensorSpec } from '../src/index';

/** A tensor as plain data. */
export interface Data extends TensorSpec {
  readonly values: Float32Array | Int32Array | Uint8Array;
}

/** float32 data of a shape. */
export function floats(shape: readonly number[], values: ArrayLike<number>): Data {
  return { shape, dtype: 'float32', values: Float32Array.from(values) };
}

/** int32 data of a shape. */
export function ints(shape: readonly number[], values: ArrayLike<number>): Data {
  return { shape, dtype: 'int32', values: Int32Array.from(values) };
}

/** Results by name. */
export type Results = Readonly<Record<string, { readonly data: readonly number[]; readonly dims: readonly number[] }>>;

/** Runs a graph in ONNX Runtime. */
export async function runGraph(
  graph: Graph,
  inputs: Readonly<Record<string, Data>>,
  options: LowerOptions = {},
): Promise<Results> {
  const { runtime } = await loadRuntime('onnxruntime-node');
  const session = await runtime.load(encodeOnnx(lower(graph, options)), { threads: 1 });
  const feeds = Object.fromEntries(
    Object.entries(inputs).map(([name, { dtype, shape, values }]) => [name, runtime.tensor(dtype, values, shape)]),
  );
  const wanted = Object.fromEntries(graph.outputs.map(({ name }) => [name, null]));
  const results = await session.run(feeds, wanted);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data, dims }]) => [name, { data: Array.from(data as ArrayLike<number>, Number), dims }]), // prettier-ignore
  );
}

/** Records a function of named tensors, optimizes and runs it. */
export function compiled(
  body: (inputs: Readonly<Record<string, Tensor>>) => Readonly<Record<string, Tensor>>,
  inputs: Readonly<Record<string, Data>>,
): Promise<Results> {
  const specs = Object.fromEntries(Object.entries(inputs).map(([name, { shape, dtype }]) => [name, { shape, dtype }]));
  return runGraph(optimize(record((context) => body(context.inputs), { inputs: specs })), inputs);
}

/** Specs of inputs, for graphs that are only recorded. */
export function specs(
  shapes: Readonly<Record<string, readonly number[]>>,
  dtype: DType = 'float32',
): Readonly<Record<string, TensorSpec>> {
  // prettier-ignore
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype }]));
}
