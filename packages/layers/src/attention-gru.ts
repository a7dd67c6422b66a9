import { expandDims, mul, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkOneOf } from '@ctrflow/core';
import { gruStates } from './gru-recurrence';
import type { WeightInitializer } from './layer';
import { CtrLayer } from './layer';
import { sequenceInputs, sequenceShape, statesOf } from './time-steps';

/** How an attention score enters a GRU. */
export const attentionGRUKinds = ['aigru', 'agru', 'augru'] as const;

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
}

/**
 * A GRU that follows a score a_t of attention per step; gates and candidate as in `GRU`:
 * - `aigru`, attentional input: a GRU over `a_t x_t`;
 * - `agru`, attention instead of the update gate: `h_t = (1 - a_t) h + a_t n`;
 * - `augru`, attentional update gate: `h_t = (1 - a_t u) h + a_t u n`.
 *
 * Shapes: inputs `[B, T, D]`, scores `[B, T]` and a mask `[B, T]` of 1 and 0 -> `[B, H]`, or `[B, T, H]` with `returnSequences`. Where the mask is 0 the state
 * stays as it is. Weights `kernel [D, G H]`, `recurrent_kernel [H, G H]`, `bias [G H]`, `recurrent_bias [G H]`, columns in the order u, r, n; `agru` has no u
 * (G = 2). With scores of 1, `augru` and `aigru` are `GRU`. Initial weights as the field's reference: `aigru` uniform in +-1/sqrt(H), the others Xavier
 * normal with biases 0.
 *
 * @example
 * const evolution = new AttentionGRU({ units: 16, kind: 'augru' });
 * const interest = evolution.apply([states, scores, mask]); // [B, 16]
 * @throws ShapeError for inputs of other shapes
 * @see Zhou et al.: Deep interest evolution network for click-through rate prediction. AAAI 2019, equations 11 to 14.
 */
export class AttentionGRU extends CtrLayer {
  static className = 'CtrflowAttentionGRU';
  private readonly units: number;
  private readonly kind: AttentionGRUKind;
  private readonly returnSequences: boolean;
  private parts!: Readonly<Record<'kernel' | 'recurrentKernel' | 'bias' | 'recurrentBias', LayerVariable>>;

  /** @throws ConfigError for an option out of range */
  constructor({ units, kind = 'augru', returnSequences = false }: AttentionGRUOptions) {
    super({});
    this.units = checkInteger('AttentionGRU', 'units', units, { min: 1 });
    this.kind = checkOneOf('AttentionGRU', 'kind', kind, attentionGRUKinds);
    this.returnSequences = returnSequences;
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
      const states =
        this.kind === 'aigru'
          ? gruStates(mul(sequence, expandDims(scores, 2)), weights, mask)
          : gruStates(sequence, weights, mul<Tensor2D>(scores, mask));
      return statesOf(states, this.returnSequences);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = sequenceShape(inputShape);
    return this.returnSequences ? [B, T, this.units] : [B, this.units];
  }

  override getConfig(): { units: number; kind: AttentionGRUKind; returnSequences: boolean } {
    return { units: this.units, kind: this.kind, returnSequences: this.returnSequences };
  }
}
