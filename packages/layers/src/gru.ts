import { tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkSwitch } from '@ctrflow/core';
import { gruStates } from './gru-recurrence';
import { CtrLayer } from './layer';
import { sequenceInputs, sequenceShape, statesOf } from './time-steps';

/** Options of {@link GRU}. */
export interface GRUOptions {
  /** H. */
  readonly units: number;
  /** Gives the state after every step `[B, T, H]`, not only the last one `[B, H]`. Default false. */
  readonly returnSequences?: boolean;
  /** The reset gate comes after the recurrent product. Default true. */
  readonly resetAfter?: boolean;
}

/**
 * A gated recurrent unit over a padded sequence:
 * `u = s(W_u x_t + b_u + U_u h + c_u)`, `r = s(W_r x_t + b_r + U_r h + c_r)`, `n = tanh(W_n x_t + b_n + r (U_n h + c_n))`, `h_t = (1 - u) h + u n`,
 * h = h_(t-1), h_0 = 0. The reset gate comes after the recurrent product, as in PyTorch, cuDNN and the DIEN paper; with `resetAfter: false` before it,
 * `n = tanh(W_n x_t + b_n + U_n (r h) + c_n)`, as in the paper of the GRU and TensorFlow 1.
 *
 * Shapes: inputs `[B, T, D]` and, unless nothing is padding, a mask `[B, T]` of 1 and 0 -> `[B, H]`, or `[B, T, H]` with `returnSequences`. Where the mask is
 * 0 the state stays as it is: padding has no influence wherever it stands, and an empty sequence gives 0. Weights `kernel [D, 3H]`,
 * `recurrent_kernel [H, 3H]`, `bias [3H]` and `recurrent_bias [3H]`, columns in the order u, r, n; all begin uniform in +-1/sqrt(H), as PyTorch's.
 *
 * Deviation from PyTorch: its gate z is `1 - u`, so that its weights of z are those of u with the other sign.
 *
 * @example
 * const gru = new GRU({ units: 16 });
 * const interest = gru.apply([history, mask]); // [B, 16]
 * @throws ShapeError for inputs of other shapes
 * @see Cho et al.: Learning phrase representations using RNN encoder-decoder. EMNLP 2014, equations 5 to 8; Zhou et al.: DIEN. AAAI 2019, equations 2 to 5.
 */
export class GRU extends CtrLayer {
  static className = 'CtrflowGRU';
  private readonly units: number;
  private readonly returnSequences: boolean;
  private readonly resetAfter: boolean;
  private parts!: Readonly<Record<'kernel' | 'recurrentKernel' | 'bias' | 'recurrentBias', LayerVariable>>;

  /** @throws ConfigError for an option out of range */
  constructor(options: GRUOptions) {
    super({});
    checkKnownOptions('GRU', options, ['units', 'returnSequences', 'resetAfter']);
    const { units, returnSequences = false, resetAfter = true } = options;
    this.units = checkInteger('GRU', 'units', units, { min: 1 });
    this.returnSequences = checkSwitch('GRU', 'returnSequences', returnSequences);
    this.resetAfter = checkSwitch('GRU', 'resetAfter', resetAfter);
  }

  override build(inputShape: Shape | Shape[]): void {
    const D = checkInteger(this.path, 'the last axis of its sequence', sequenceShape(inputShape).at(-1), { min: 1 });
    const H = this.units;
    const initializer = { kind: 'uniform', limit: 1 / Math.sqrt(H) } as const;
    this.parts = {
      kernel: this.weight('kernel', [D, 3 * H], initializer),
      recurrentKernel: this.weight('recurrent_kernel', [H, 3 * H], initializer),
      bias: this.weight('bias', [3 * H], initializer),
      recurrentBias: this.weight('recurrent_bias', [3 * H], initializer),
    };
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const { sequence, places } = sequenceInputs(this.path, inputs, [0, 1]);
      const { kernel, recurrentKernel, bias, recurrentBias } = this.parts;
      const weights = {
        ...{ kernel: kernel.read(), recurrentKernel: recurrentKernel.read() },
        ...{ bias: bias.read(), recurrentBias: recurrentBias.read() },
      };
      const steps = { scales: places.at(0), resetAfter: this.resetAfter };
      return statesOf(gruStates(sequence, weights, steps), this.returnSequences);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = sequenceShape(inputShape);
    return this.returnSequences ? [B, T, this.units] : [B, this.units];
  }

  override getConfig(): Required<GRUOptions> {
    return { units: this.units, returnSequences: this.returnSequences, resetAfter: this.resetAfter };
  }
}
