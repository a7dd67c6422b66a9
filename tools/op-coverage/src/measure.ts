import '@tensorflow/tfjs-backend-cpu';
import { UnsupportedKernelError, encodeOnnx, kernelStatuses, loadRuntime, lower, optimize } from '@ctrflow/compiler';
import type { Graph, RuntimeTensor } from '@ctrflow/compiler';
import type { Sample } from './call';

/** What became of one direction of an operation. `none`: there is nothing to differentiate, or tfjs cannot. */
export interface Outcome {
  readonly kind: 'compiled' | 'eager' | 'none' | 'wrong';
  readonly reason?: string;
}

/** What was found for one operation or layer. */
export interface Measured {
  readonly name: string;
  readonly forward: Outcome;
  readonly gradient: Outcome;
  /** Of layers: the forward pass for a batch size that stays open. */
  readonly open?: Outcome;
  /** Kernels of the recorded forward pass, or the one that is to blame. */
  readonly kernels: readonly string[];
}

/** Two ways to compute the same: recorded as a graph, and eagerly. */
export interface Both {
  readonly graph: () => Graph;
  readonly eager: () => readonly (readonly number[])[];
}

/** Runs both ways; results may differ by rounding, a thousandth of a percent or so. */
export async function compare({ graph, eager }: Both, feeds: Readonly<Record<string, Sample>>): Promise<Outcome> {
  const wanted = attempt(eager);
  if (wanted instanceof Error) return { kind: 'none', reason: because(wanted) };
  const recorded = attempt(graph);
  if (recorded instanceof UnsupportedKernelError) return { kind: 'eager', reason: because(recorded) };
  if (recorded instanceof Error) return { kind: 'wrong', reason: because(recorded) };
  const got = await run(optimize(recorded), feeds).catch((error: unknown) => error as Error);
  if (got instanceof Error) return { kind: 'wrong', reason: because(got) };
  const farthest = Math.max(0, ...got.flatMap((values, i) => values.map((value, k) => distance(value, wanted[i][k]))));
  return farthest <= 1e-4 ? { kind: 'compiled' } : { kind: 'wrong', reason: `differs by ${farthest}` };
}

function distance(a: number, b: number): number {
  return Object.is(a, b) ? 0 : Math.abs(a - b) / (1 + Math.abs(b));
}

async function run(graph: Graph, feeds: Readonly<Record<string, Sample>>): Promise<number[][]> {
  const { runtime } = await loadRuntime();
  const session = await runtime.load(encodeOnnx(lower(graph)), { threads: 1 });
  const tensors = Object.fromEntries(
    Object.entries(feeds).map(([name, { dtype, values, shape }]): [string, RuntimeTensor] => [name, runtime.tensor(dtype, values, shape)]), // prettier-ignore
  );
  const results = await session.run(tensors, Object.fromEntries(graph.outputs.map(({ name }) => [name, null])));
  await session.release();
  return graph.outputs.map(({ name }) => Array.from(results[name].data as ArrayLike<number>, Number));
}

/** The result, or the error. */
export function attempt<T>(body: () => T): T | Error {
  try {
    return body();
  } catch (error) {
    return error as Error;
  }
}

const statuses = kernelStatuses();

/** What an error says, in a few words: of a kernel that is refused its name, the reason stands in the table of kernels. */
export function because(error: Error): string {
  const { message } = error;
  if (error instanceof UnsupportedKernelError) {
    if (statuses[error.kernel]?.kind === 'refused') return `kernel ${error.kernel}`;
    return /, got "(.*?)"/.exec(message)?.[1] ?? message;
  }
  const missing = /gradient function not found for (\w+)/.exec(message)?.[1];
  return missing === undefined ? message.split('\n')[0] : `tfjs has no gradient of ${missing}`;
}
