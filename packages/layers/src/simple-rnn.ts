import { add, matMul, mul, sub, tanh, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkSwitch } from '@ctrflow/core';
import { CtrLayer } from './layer';
import { placeSteps, projectedSteps, sequenceInputs, sequenceShape, statesOf } from './time-steps';

/** Options of {@link SimpleRNN}. */
export interface SimpleRNNOptions {
  /** H. */
  readonly units: number;
  /** Gives the state after every step `[B, T, H]`, not only the last one `[B, H]`. Default false. */
  readonly returnSequences?: boolean;
}

/**
 * A plain recurrent network over a padded sequence: `h_t = tanh(W x_t + U h_(t-1) + b)`, h_0 = 0.
 *
 * Shapes: inputs `[B, T, D]` and, unless nothing is padding, a mask `[B, T]` of 1 and 0 -> `[B, H]`, or `[B, T, H]` with `returnSequences`. Where the mask is
 * 0 the state stays as it is: padding has no influence wherever it stands, and an empty sequence gives 0. Weights `kernel [D, H]`,
 * `recurrent_kernel [H, H]`, `bias [H]`; all begin uniform in +-1/sqrt(H), as PyTorch's, which has two biases of which only the sum counts.
 *
 * @example
 * const rnn = new SimpleRNN({ units: 16 });
 * const interest = rnn.apply([history, mask]); // [B, 16]
 * @throws ShapeError for inputs of other shapes
 * @see Elman: Finding structure in time. Cognitive science 1990; Zhang et al.: Sequential click prediction. AAAI 2014, equation 1.
 */
export class SimpleRNN extends CtrLayer {
  static className = 'CtrflowSimpleRNN';
  private readonly units: number;
  private readonly returnSequences: boolean;
  private parts!: Readonly<Record<'kernel' | 'recurrentKernel' | 'bias', LayerVariable>>;

  /** @throws ConfigError for an option out of range */
  constructor(options: SimpleRNNOptions) {
    super({});
    checkKnownOptions('SimpleRNN', options, ['units', 'returnSequences']);
    const { units, returnSequences = false } = options;
    this.units = checkInteger('SimpleRNN', 'units', units, { min: 1 });
    this.returnSequences = checkSwitch('SimpleRNN', 'returnSequences', returnSequences);
  }

  override build(inputShape: Shape | Shape[]): void {
    const D = checkInteger(this.path, 'the last axis of its sequence', sequenceShape(inputShape).at(-1), { min: 1 });
    const H = this.units;
    const initializer = { kind: 'uniform', limit: 1 / Math.sqrt(H) } as const;
    this.parts = {
      kernel: this.weight('kernel', [D, H], initializer),
      recurrentKernel: this.weight('recurrent_kernel', [H, H], initializer),
      bias: this.weight('bias', [H], initializer),
    };
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const { sequence, places } = sequenceInputs(this.path, inputs, [0, 1]);
      const steps = projectedSteps(sequence, this.parts.kernel.read(), this.parts.bias.read()); // T x [B, H]
      const real = places.length === 0 ? undefined : placeSteps(places[0]); // T x [B, 1]
      const recurrent = this.parts.recurrentKernel.read() as Tensor2D;
      let h: Tensor2D = zeros([sequence.shape[0], this.units]);
      const states = steps.map((x, t) => {
        const made = tanh(add(x, matMul(h, recurrent))); // [B, H]
        h = real === undefined ? (made as Tensor2D) : add(h, mul(real[t], sub(made, h)));
        return h;
      });
      return statesOf(states, this.returnSequences);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = sequenceShape(inputShape);
    return this.returnSequences ? [B, T, this.units] : [B, this.units];
  }

  override getConfig(): { units: number; returnSequences: boolean } {
    return { units: this.units, returnSequences: this.returnSequences };
  }
}
