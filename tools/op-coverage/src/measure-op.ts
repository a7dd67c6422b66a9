import { Tensor, grads, tensor, tidy } from '@tensorflow/tfjs-core';
import { record } from '@ctrflow/compiler';
import type { Graph } from '@ctrflow/compiler';
import type { OpCall, Sample } from './call';
import { attempt, compare } from './measure';
import type { Measured, Outcome } from './measure';

/** Records and runs an operation and its gradient with respect to all of its real inputs. */
export async function measureOp(name: string, { op, inputs }: OpCall): Promise<Measured> {
  const apply = op as (...given: Tensor[]) => unknown;
  const wrt = inputs.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : []));
  const forward = (given: readonly Tensor[]): Tensor[] => [resultOf(apply(...given))];
  const backward = (given: readonly Tensor[]): Tensor[] => {
    const f = (...some: Tensor[]): Tensor => resultOf(apply(...given.map((own, i) => (wrt.includes(i) ? some[wrt.indexOf(i)] : own)))); // prettier-ignore
    return grads(f)(wrt.map((i) => given[i])); // prettier-ignore
  };
  const feeds = Object.fromEntries(inputs.map((sample, i) => [`x${i}`, sample]));
  const outcomeOf = (body: (given: readonly Tensor[]) => Tensor[]): Promise<Outcome> =>
    compare({ graph: () => recorded(body, feeds), eager: () => eagerly(body, inputs) }, feeds);
  const graph = attempt(() => recorded(forward, feeds));
  const kernels = graph instanceof Error ? blamed(graph) : [...new Set(graph.nodes.map(({ op: kernel }) => kernel))];
  const whole = attempt(() => eagerly(forward, inputs, true)) instanceof Error;
  const gradient: Outcome = wrt.length === 0 || whole ? { kind: 'none', reason: 'its inputs or results are not real numbers' } : await outcomeOf(backward); // prettier-ignore
  return { name, forward: await outcomeOf(forward), gradient, kernels };
}

function resultOf(result: unknown): Tensor {
  if (result instanceof Tensor) return result as Tensor;
  return resultOf(Array.isArray(result) ? result[0] : Object.values(result as object)[0]);
}

function recorded(body: (given: readonly Tensor[]) => Tensor[], feeds: Readonly<Record<string, Sample>>): Graph {
  return record(
    ({ inputs }) => Object.fromEntries(body(Object.keys(feeds).map((name) => inputs[name])).map((y, i) => [`y${i}`, y])), // prettier-ignore
    { inputs: feeds },
  );
}

function eagerly(
  body: (given: readonly Tensor[]) => Tensor[],
  inputs: readonly Sample[],
  realOnly = false,
): number[][] {
  // prettier-ignore
  const values: number[][] = [];
  tidy(() => {
    const given = inputs.map(({ values: own, shape, dtype }) => tensor(own as Float32Array, [...shape], dtype));
    for (const result of body(given)) {
      if (realOnly && result.dtype !== 'float32') throw new TypeError('not real');
      values.push(Array.from(result.dataSync()));
    }
  });
  return values;
}

/** The kernel that an error names. */
export function blamed(error: Error): readonly string[] {
  return 'kernel' in error ? [error.kernel as string] : [];
}
