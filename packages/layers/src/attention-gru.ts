import { expandDims, mul, sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkOneOf, checkSwitch } from '@ctrflow/core';
import { gruStates } from './gru-recurrence';
import type { WeightInitializer } from './layer';
import { CtrLayer } from './layer';
import { sequenceInputs, sequenceShape, statesOf } from './time-steps';

/** How an attention score enters a GRU. */
export const attentionGRUKinds = ['aigru', 'agru', 'augru', 'augru-raised'] as const;

/** Name of a way how an attention score enters a GRU. */
export type AttentionGRUKind = (typeof attentionGRUKinds)[number];

/** Options of {@link AttentionGRU}. */
export interface AttentionGRUOptions {
  /** H. */
  readonly units: number;
  /** Default `augru`. */
  readonly kind?: AttentionGRUKind;
  /** Gives the state after every step `[B, T, H]`, not only the last one `[B, H]`. Default false. */
  readonly returnSequences?: boolean;
  /** The reset gate comes after the recurrent product, see `GRU`. Default true. */
  readonly resetAfter?: boolean;
}

/**
 * A GRU that follows a score a_t of attention per step; gates and candidate as in `GRU`:
 * - `aigru`, attentional input: a GRU over `a_t x_t`;
 * - `agru`, attention instead of the update gate: `h_t = (1 - a_t) h + a_t n`;
 * - `augru`, attentional update gate: `h_t = (1 - a_t u) h + a_t u n`: what has no attention changes nothing;
 * - `augru-raised`, as the authors' code: `h_t = (1 - g) h + g n`, `g = u + a_t (1 - u)`: what has no attention is read as by a plain GRU, what has all of it replaces the state.
 *
 * Shapes: inputs `[B, T, D]`, scores `[B, T]` and a mask `[B, T]` of 1 and 0 -> `[B, H]`, or `[B, T, H]` with `returnSequences`. Where the mask is 0 the state
 * stays as it is. Weights `kernel [D, G H]`, `recurrent_kernel [H, G H]`, `bias [G H]`, `recurrent_bias [G H]`, columns in the order u, r, n; `agru` has no u
 * (G = 2). With scores of 1, `augru` and `aigru` are `GRU`, as `augru-raised` is with scores of 0. Initial weights as the field's reference: `aigru` uniform in +-1/sqrt(H), the others Xavier
 * normal with biases 0.
 *
 * @example
 * const evolution = new AttentionGRU({ units: 16, kind: 'augru' });
 * const interest = evolution.apply([states, scores, mask]); // [B, 16]
 * @throws ShapeError for inputs of other shapes
 * @see Zhou et al.: Deep interest evolution network for click-through rate prediction. AAAI 2019, equations 11 to 14.
 */
export class AttentionGRU extends CtrLayer<(inputs: Tensor[]) => Tensor2D> {
  static className = 'CtrflowAttentionGRU';
  private readonly units: number;
  private readonly kind: AttentionGRUKind;
  private readonly returnSequences: boolean;
  private readonly resetAfter: boolean;
  private parts!: Readonly<Record<'kernel' | 'recurrentKernel' | 'bias' | 'recurrentBias', LayerVariable>>;

  /** @throws ConfigError for an option out of range */
  constructor(options: AttentionGRUOptions) {
    super({});
    checkKnownOptions('AttentionGRU', options, ['units', 'kind', 'returnSequences', 'resetAfter']);
    const { units, kind = 'augru', returnSequences = false, resetAfter = true } = options;
    this.units = checkInteger('AttentionGRU', 'units', units, { min: 1 });
    this.kind = checkOneOf('AttentionGRU', 'kind', kind, attentionGRUKinds);
    this.returnSequences = checkSwitch('AttentionGRU', 'returnSequences', returnSequences);
    this.resetAfter = checkSwitch('AttentionGRU', 'resetAfter', resetAfter);
  }

  override build(inputShape: Shape | Shape[]): void {
    const D = checkInteger(this.path, 'the last axis of its sequence', sequenceShape(inputShape).at(-1), { min: 1 });
    const H = this.units;
    const G = this.kind === 'agru' ? 2 : 3;
    const uniform = { kind: 'uniform', limit: 1 / Math.sqrt(H) } as const;
    const kernels: WeightInitializer = this.kind === 'aigru' ? uniform : { kind: 'xavier-normal' };
    const biases: WeightInitializer = this.kind === 'aigru' ? uniform : { kind: 'constant', value: 0 };
    this.parts = {
      kernel: this.weight('kernel', [D, G * H], kernels),
      recurrentKernel: this.weight('recurrent_kernel', [H, G * H], kernels),
      bias: this.weight('bias', [G * H], biases),
      recurrentBias: this.weight('recurrent_bias', [G * H], biases),
    };
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const { sequence, places } = sequenceInputs(this.path, inputs, [2, 2]);
      const [scores, mask] = places;
      const { kernel, recurrentKernel, bias, recurrentBias } = this.parts;
      const weights = {
        ...{ kernel: kernel.read(), recurrentKernel: recurrentKernel.read() },
        ...{ bias: bias.read(), recurrentBias: recurrentBias.read() },
      };
      const read = this.kind === 'aigru' ? mul<Tensor3D>(sequence, expandDims(scores, 2)) : sequence;
      const steps = { ...this.gate(scores, mask), resetAfter: this.resetAfter };
      return statesOf(gruStates(read, weights, steps), this.returnSequences);
    });
  }

  /** How far each step goes, by scores and mask. */
  private gate(scores: Tensor2D, mask: Tensor2D): { readonly scales: Tensor2D; readonly floors?: Tensor2D } {
    if (this.kind === 'aigru') return { scales: mask };
    const attended: Tensor2D = mul(scores, mask); // [B, T]
    return this.kind === 'augru-raised' ? { scales: sub(mask, attended), floors: attended } : { scales: attended };
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = sequenceShape(inputShape);
    return this.returnSequences ? [B, T, this.units] : [B, this.units];
  }

  override getConfig(): Required<AttentionGRUOptions> {
    const { units, kind, returnSequences, resetAfter } = this;
    return { units, kind, returnSequences, resetAfter };
  }
}
