import { add, concat, mul, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { checkKnownOptions, checkOneOf } from '@ctrflow/core';
import { CtrLayer } from './layer';
import { LSTM } from './lstm';
import { sequenceShape } from './time-steps';

/** Options of {@link BidirectionalLSTM}. */
export interface BidirectionalLSTMOptions {
  /** H of each direction. */
  readonly units: number;
  /** Gives the states at every place `[B, T, ...]`, not only the last one of each direction. Default false. */
  readonly returnSequences?: boolean;
  /** How the two directions become one. Default `concat`. */
  readonly merge?: 'concat' | 'sum' | 'mean';
}

/**
 * Two LSTMs over a padded sequence, one from each end: `h_t = [h_t^f, h_t^b]`, or their sum (DSIN) or mean.
 *
 * Shapes: inputs `[B, T, D]` and, unless nothing is padding, a mask `[B, T]` of 1 and 0 -> `[B, 2H]` (`[B, H]` for `sum` and `mean`), or
 * `[B, T, ...]` with `returnSequences`. Weights `forward/kernel`, `backward/kernel`, ... as in `LSTM`. Without `returnSequences` each direction gives its last
 * state: the backward one that after the first element.
 *
 * @throws ShapeError for inputs of other shapes
 * @see Graves, Schmidhuber: Framewise phoneme classification with bidirectional LSTM. Neural networks 2005; Feng et al.: DSIN. IJCAI 2019, equation 8.
 */
export class BidirectionalLSTM extends CtrLayer {
  static className = 'CtrflowBidirectionalLSTM';
  private readonly options: Required<BidirectionalLSTMOptions>;
  private readonly forward: LSTM;
  private readonly backward: LSTM;

  /** @throws ConfigError for an option out of range */
  constructor(options: BidirectionalLSTMOptions) {
    super({});
    checkKnownOptions('BidirectionalLSTM', options, ['units', 'returnSequences', 'merge']);
    this.options = { returnSequences: false, merge: 'concat', ...options };
    const { units, returnSequences, merge } = this.options;
    checkOneOf('BidirectionalLSTM', 'merge', merge, ['concat', 'sum', 'mean']);
    this.forward = new LSTM({ units, returnSequences });
    this.backward = new LSTM({ units, returnSequences, backwards: true });
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return { forward: this.forward, backward: this.backward };
  }

  override build(inputShape: Shape | Shape[]): void {
    for (const part of [this.forward, this.backward]) if (!part.built) part.build(inputShape);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const directions = [this.forward.apply(inputs) as Tensor, this.backward.apply(inputs) as Tensor];
      const { merge } = this.options;
      if (merge === 'concat') return concat(directions, -1);
      const total = add(directions[0], directions[1]);
      return merge === 'sum' ? total : mul(total, 0.5);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = sequenceShape(inputShape);
    const { units, returnSequences, merge } = this.options;
    const size = merge === 'concat' ? 2 * units : units;
    return returnSequences ? [B, T, size] : [B, size];
  }

  override getConfig(): { units: number; returnSequences: boolean; merge: string } {
    return { ...this.options };
  }
}
