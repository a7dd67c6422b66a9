import { sum, tensor, tidy, valueAndGrads, zeros } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { record } from '@ctrflow/compiler';
import type { Graph } from '@ctrflow/compiler';
import { ints, reals } from './call';
import type { Sample } from './call';
import type { LayerCall } from './layers';
import { attempt, compare } from './measure';
import type { Measured, Outcome } from './measure';
import { blamed } from './measure-op';

/** Records and runs a layer as in prediction, and its gradients with respect to weights and real inputs as in training. */
export async function measureLayer(name: string, { make, shapes, ids }: LayerCall): Promise<Measured> {
  const layer = make();
  const samples = shapes.map((shape) => (ids === undefined ? reals(shape) : ints(shape, ids)));
  const applied = (given: readonly Tensor[], training: boolean): Tensor =>
    layer.apply(given.length === 1 ? given[0] : [...given], { training }) as Tensor;
  const built = attempt(() => tidy(() => void applied(samples.map(({ shape, dtype }) => zeros([...shape], dtype)), false))); // prettier-ignore
  if (built instanceof Error) return { name, forward: failed(built), gradient: failed(built), kernels: blamed(built) };
  const trained = layer.trainableWeights.map((weight) => (weight as unknown as { val: Variable }).val);
  const variables = Object.fromEntries(layer.weights.map((weight, i) => [`w${i}`, (weight as unknown as { val: Variable }).val])); // prettier-ignore
  const forward = (given: readonly Tensor[]): Tensor[] => [applied(given, false)];
  const backward = (given: readonly Tensor[]): Tensor[] => {
    const wrt = [...trained, ...(ids === undefined ? given : [])];
    const loss = (): Scalar => sum(applied(given, true));
    return valueAndGrads(loss)(wrt).grads;
  };
  const feeds = Object.fromEntries([
    ...samples.map((sample, i) => [`x${i}`, sample] as const),
    ...Object.entries(variables).map(([key, variable]) => [key, { shape: variable.shape, dtype: 'float32', values: variable.dataSync() as Float32Array }] as const), // prettier-ignore
  ]);
  const recorded = (body: (given: readonly Tensor[]) => Tensor[]): Graph =>
    record(
      ({ inputs }) => Object.fromEntries(body(samples.map((_, i) => inputs[`x${i}`])).map((y, i) => [`y${i}`, y])), // prettier-ignore
      { inputs: Object.fromEntries(samples.map((sample, i) => [`x${i}`, sample])), variables },
    );
  const outcomeOf = (body: (given: readonly Tensor[]) => Tensor[]): Promise<Outcome> =>
    compare({ graph: () => recorded(body), eager: () => eagerly(body, samples) }, feeds);
  const graph = attempt(() => recorded(forward));
  const kernels = graph instanceof Error ? blamed(graph) : [...new Set(graph.nodes.map(({ op }) => op))];
  const results = { forward: await outcomeOf(forward), gradient: trained.length === 0 && ids !== undefined ? { kind: 'none' as const, reason: 'it has no weights, and its inputs are ids' } : await outcomeOf(backward) }; // prettier-ignore
  layer.dispose();
  return { name, ...results, kernels };
}

function eagerly(body: (given: readonly Tensor[]) => Tensor[], samples: readonly Sample[]): number[][] {
  const values: number[][] = [];
  tidy(() => {
    const given = samples.map(({ values: own, shape, dtype }) => tensor(own as Float32Array, [...shape], dtype));
    for (const result of body(given)) values.push(Array.from(result.dataSync()));
  });
  return values;
}

function failed(error: Error): Outcome {
  return { kind: 'eager', reason: error.message.split('\n')[0] };
}
