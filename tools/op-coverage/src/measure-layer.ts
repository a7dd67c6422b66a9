import { sum, tensor, tidy, valueAndGrads, zeros } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import { record, recordForAnyBatch } from '@ctrflow/compiler';
import type { Graph } from '@ctrflow/compiler';
import { ints, reals } from './call';
import type { Sample } from './call';
import type { LayerCall } from './layers';
import { attempt, compare } from './measure';
import type { Measured, Outcome } from './measure';
import { blamed } from './measure-op';

type Body = (given: readonly Tensor[]) => Tensor[];
type Feeds = Readonly<Record<string, Sample>>;

/** A batch size at which nothing is recorded when the batch size stays open. */
const OPEN = 5;

/** A layer with its weights. */
class MeasuredLayer {
  private readonly layer: ReturnType<LayerCall['make']>;
  private readonly variables: Readonly<Record<string, Variable>>;

  constructor(private readonly call: LayerCall) {
    this.layer = call.make();
    tidy(() => {
      const inputs = this.samples().map(({ shape, dtype }) => zeros([...shape], dtype));
      this.applied(inputs, false); // builds it
    });
    this.variables = Object.fromEntries(this.layer.weights.map((weight, i) => [`w${i}`, variableOf(weight)]));
  }

  /** As in prediction. */
  readonly forward: Body = (given) => [this.applied(given, false)];

  /** Gradients with respect to weights and real inputs, as in training. */
  readonly backward: Body = (given) => {
    const wrt = [...this.layer.trainableWeights.map(variableOf), ...(this.call.ids === undefined ? given : [])];
    const loss = (): Scalar => sum(this.applied(given, true));
    return valueAndGrads(loss)(wrt).grads;
  };

  /** Inputs, for a batch of another size if one is named. */
  samples(B?: number): readonly Sample[] {
    const { shapes, ids } = this.call;
    return shapes.map(([own, ...rest]) => [B ?? own, ...rest]).map((shape) => (ids === undefined ? reals(shape) : ints(shape, ids))); // prettier-ignore
  }

  recorded(body: Body, B?: number): Graph {
    const samples = this.samples(B);
    return record(
      ({ inputs }) => Object.fromEntries(body(samples.map((_, i) => inputs[`x${i}`])).map((y, i) => [`y${i}`, y])), // prettier-ignore
      { inputs: feedsOf(samples), variables: this.variables },
    );
  }

  outcome(body: Body): Promise<Outcome> {
    return this.compared(() => this.recorded(body), body, this.samples());
  }

  /** The forward pass recorded for any batch size and run for one that was not recorded. */
  open(): Promise<Outcome> {
    const graph = (): Graph => recordForAnyBatch((B) => this.recorded(this.forward, B));
    return this.compared(graph, this.forward, this.samples(OPEN));
  }

  dispose(): void {
    this.layer.dispose();
  }

  get learns(): boolean {
    return this.call.ids === undefined || this.layer.trainableWeights.length > 0;
  }

  private compared(graph: () => Graph, body: Body, samples: readonly Sample[]): Promise<Outcome> {
    return compare({ graph, eager: () => eagerly(body, samples) }, { ...feedsOf(samples), ...this.weights() });
  }

  private weights(): Feeds {
    const sampleOf = (variable: Variable): Sample => ({ shape: variable.shape, dtype: 'float32', values: variable.dataSync() }); // prettier-ignore
    return Object.fromEntries(Object.entries(this.variables).map(([name, variable]) => [name, sampleOf(variable)]));
  }

  private applied(given: readonly Tensor[], training: boolean): Tensor {
    return this.layer.apply(given.length === 1 ? given[0] : [...given], { training }) as Tensor;
  }
}

/** Records and runs a layer: in prediction, in prediction with an open batch size, and its gradients in training. */
export async function measureLayer(name: string, call: LayerCall): Promise<Measured> {
  const layer = new MeasuredLayer(call);
  const graph = attempt(() => layer.recorded(layer.forward));
  const kernels = graph instanceof Error ? blamed(graph) : [...new Set(graph.nodes.map(({ op }) => op))];
  const forward = await layer.outcome(layer.forward);
  const open = await layer.open();
  const nothing: Outcome = { kind: 'none', reason: 'it has no weights, and its inputs are ids' };
  const gradient = layer.learns ? await layer.outcome(layer.backward) : nothing;
  layer.dispose();
  return { name, forward, open, gradient, kernels };
}

function variableOf(weight: unknown): Variable {
  return (weight as { val: Variable }).val;
}

function feedsOf(samples: readonly Sample[]): Feeds {
  return Object.fromEntries(samples.map((sample, i) => [`x${i}`, sample]));
}

function eagerly(body: Body, samples: readonly Sample[]): number[][] {
  const values: number[][] = [];
  tidy(() => {
    const given = samples.map(({ values: own, shape, dtype }) => tensor(own as Float32Array, [...shape], dtype));
    for (const result of body(given)) values.push(Array.from(result.dataSync()));
  });
  return values;
}
