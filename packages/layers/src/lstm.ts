import { add, matMul, mul, sigmoid, split, sub, tanh, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkSwitch } from '@ctrflow/core';
import { CtrLayer } from './layer';
import { placeSteps, projectedSteps, sequenceInputs, sequenceShape, statesOf } from './time-steps';

/** Options of {@link LSTM}. */
export interface LSTMOptions {
  /** H. */
  readonly units: number;
  /** Gives the state after every step `[B, T, H]`, not only the last one `[B, H]`. Default false. */
  readonly returnSequences?: boolean;
  /** Reads the sequence from its end; states stand at the places that they were made at. Default false. */
  readonly backwards?: boolean;
}

/**
 * A long short-term memory over a padded sequence:
 * `i = s(W_i x_t + U_i h + b_i)`, f and o alike, `g = tanh(W_g x_t + U_g h + b_g)`, `c_t = f c + i g`, `h_t = o tanh(c_t)`, h = h_(t-1), c = c_(t-1),
 * h_0 = c_0 = 0. With forget gate, without peepholes.
 *
 * Shapes: inputs `[B, T, D]` and, unless nothing is padding, a mask `[B, T]` of 1 and 0 -> `[B, H]`, or `[B, T, H]` with `returnSequences`. Where the mask is
 * 0 both states stay as they are: padding has no influence wherever it stands, and an empty sequence gives 0. Weights `kernel [D, 4H]`,
 * `recurrent_kernel [H, 4H]`, `bias [4H]`, columns in the order i, f, o, g; all begin uniform in +-1/sqrt(H), as PyTorch's, which has two biases of which
 * only the sum counts.
 *
 * @example
 * const lstm = new LSTM({ units: 16 });
 * const interest = lstm.apply([history, mask]); // [B, 16]
 * @throws ShapeError for inputs of other shapes
 * @see Hochreiter, Schmidhuber: Long short-term memory. Neural computation 1997; Gers, Schmidhuber, Cummins: Learning to forget. Neural computation 2000.
 */
export class LSTM extends CtrLayer {
  static className = 'CtrflowLSTM';
  private readonly options: Required<LSTMOptions>;
  private parts!: Readonly<Record<'kernel' | 'recurrentKernel' | 'bias', LayerVariable>>;

  /** @throws ConfigError for an option out of range */
  constructor(options: LSTMOptions) {
    super({});
    checkKnownOptions('LSTM', options, ['units', 'returnSequences', 'backwards']);
    this.options = { returnSequences: false, backwards: false, ...options };
    checkInteger('LSTM', 'units', this.options.units, { min: 1 });
    checkSwitch('LSTM', 'returnSequences', this.options.returnSequences);
    checkSwitch('LSTM', 'backwards', this.options.backwards);
  }

  override build(inputShape: Shape | Shape[]): void {
    const D = checkInteger(this.path, 'the last axis of its sequence', sequenceShape(inputShape).at(-1), { min: 1 });
    const H = this.options.units;
    const initializer = { kind: 'uniform', limit: 1 / Math.sqrt(H) } as const;
    this.parts = {
      kernel: this.weight('kernel', [D, 4 * H], initializer),
      recurrentKernel: this.weight('recurrent_kernel', [H, 4 * H], initializer),
      bias: this.weight('bias', [4 * H], initializer),
    };
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const { sequence, places } = sequenceInputs(this.path, inputs, [0, 1]);
      return this.states(sequence, places.at(0));
    });
  }

  private states(sequence: Tensor3D, mask: Tensor2D | undefined): Tensor {
    const { units: H, backwards, returnSequences } = this.options;
    const steps = projectedSteps(sequence, this.parts.kernel.read(), this.parts.bias.read()); // T x [B, 4H]
    const kept = mask === undefined ? undefined : { real: placeSteps(mask), padding: placeSteps(sub(1, mask)) };
    const recurrent = this.parts.recurrentKernel.read() as Tensor2D;
    let h: Tensor2D = zeros([sequence.shape[0], H]);
    let c = h;
    const order = steps.map((_, t) => (backwards ? steps.length - 1 - t : t));
    const states: Tensor2D[] = [];
    for (const t of order) {
      const [gates, g] = split(add(steps[t], matMul(h, recurrent)), [3 * H, H], 1);
      const [i, f, o] = split(sigmoid(gates), 3, 1); // [B, H] each
      const newC = add<Tensor2D>(mul(f, c), mul(i, tanh(g)));
      const newH = mul<Tensor2D>(o, tanh(newC));
      const choose = (made: Tensor2D, old: Tensor2D): Tensor2D =>
        kept === undefined ? made : add(mul(made, kept.real[t]), mul(old, kept.padding[t]));
      c = choose(newC, c);
      h = choose(newH, h);
      states[t] = h;
    }
    return returnSequences ? statesOf(states, true) : h;
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = sequenceShape(inputShape);
    const { units, returnSequences } = this.options;
    return returnSequences ? [B, T, units] : [B, units];
  }

  override getConfig(): { units: number; returnSequences: boolean; backwards: boolean } {
    return { ...this.options };
  }
}
