import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { UnsupportedKernelError, encodeOnnx, loadRuntime, lower, optimize, record } from '@ctrflow/compiler';
import type { Graph, LoweringTarget, Runtime } from '@ctrflow/compiler';
import { evaluate, roundingBounds, runProgram, runWithGradients } from '@ctrflow/testkit';
import type { Program, ProgramInput, Results } from '@ctrflow/testkit';

/** How a comparison ended. `gradients`: equal, gradients included; `forward`: equal, but tfjs cannot differentiate the program. */
export type Verdict =
  | { readonly kind: 'gradients' | 'forward' | 'not finite' | 'unsupported' }
  | { readonly kind: 'different' | 'error'; readonly what: string };

/** How the compiled side runs. */
export interface Variant {
  readonly passes: boolean;
  readonly target: LoweringTarget;
}

type Run = (inputs: readonly Tensor[]) => Tensor[];

let runtime: Promise<Runtime> | undefined;

/** Compares a program's results and gradients in eager tfjs and in ONNX Runtime. */
export async function compare(program: Program, { passes, target }: Variant): Promise<Verdict> {
  const withGradients: Run = (inputs) => runWithGradients(program, inputs);
  let run = withGradients;
  let wanted = attempt(withGradients, program.inputs);
  if (wanted === undefined) {
    run = (inputs) => runProgram(program, inputs);
    wanted = evaluate(run, program.inputs);
  }
  if (wanted.some((result) => result.some((x) => !Number.isFinite(x)))) return { kind: 'not finite' };
  let got: Results;
  try {
    const graph = recorded(program.inputs, run);
    got = await compiled(passes ? optimize(graph) : graph, program.inputs, target);
  } catch (error) {
    if (error instanceof UnsupportedKernelError) return { kind: 'unsupported' };
    return { kind: 'error', what: error instanceof Error ? error.message : String(error) };
  }
  const what = difference(got, wanted, () => roundingBounds(run, program.inputs, wanted));
  if (what !== undefined) return { kind: 'different', what };
  return { kind: run === withGradients ? 'gradients' : 'forward' };
}

function attempt(run: Run, inputs: readonly ProgramInput[]): Results | undefined {
  try {
    return evaluate(run, inputs);
  } catch {
    return undefined;
  }
}

function recorded(inputs: readonly ProgramInput[], run: Run): Graph {
  return record(
    ({ inputs: given }) =>
      Object.fromEntries(run(inputs.map((_, i) => given[`x${i}`])).map((result, i) => [`y${i}`, result])),
    { inputs: Object.fromEntries(inputs.map(({ shape, dtype }, i) => [`x${i}`, { shape, dtype }])) },
  );
}

async function compiled(graph: Graph, inputs: readonly ProgramInput[], target: LoweringTarget): Promise<Results> {
  const loaded = await (runtime ??= loadRuntime('onnxruntime-node').then((found) => found.runtime));
  const session = await loaded.load(encodeOnnx(lower(graph, { target })), { threads: 1, spinning: false });
  const feeds = inputs.map(({ shape, dtype, data }, i) => {
    const made = tensor([...data], [...shape], dtype);
    const elements = made.dataSync<'float32'>();
    made.dispose();
    return [`x${i}`, loaded.tensor(dtype, elements, shape)] as const;
  });
  const names = graph.outputs.map(({ name }) => name);
  const results = await session.run(Object.fromEntries(feeds), Object.fromEntries(names.map((name) => [name, null])));
  await session.release();
  return names.map((name) => Array.from(results[name].data as Float32Array));
}

/** What differs by more than rounding; bounds take long, so that they are computed only where results are not all but equal. */
function difference(got: Results, wanted: Results, bounds: () => readonly number[]): string | undefined {
  const farthest = got.map(
    (result, i) =>
    result.length === wanted[i].length ? Math.max(0, ...result.map((x, k) => (Number.isFinite(x) ? Math.abs(x - wanted[i][k]) : Infinity))) : Infinity, // prettier-ignore
  );
  if (farthest.every((distance) => distance < 1e-7)) return undefined;
  const allowed = bounds();
  const worst = farthest.findIndex((distance, i) => distance > allowed[i]);
  if (worst < 0) return undefined;
  const show = (result: readonly number[]): string => `[${result.slice(0, 8).map((x) => x.toPrecision(8)).join(', ')}${result.length > 8 ? ', ...' : ''}]`; // prettier-ignore
  return `result ${worst}: compiled ${show(got[worst])}, eager ${show(wanted[worst])}, ${farthest[worst].toPrecision(3)} apart, ${allowed[worst].toPrecision(3)} allowed`; // prettier-ignore
}
