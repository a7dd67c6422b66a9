import { add, expandDims, matMul, mul, reshape, softmax, squeeze, sub, tanh, tidy } from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions } from '@ctrflow/core';
import { Dense } from './dense';
import { CtrLayer } from './layer';
import { sequenceInputs, sequenceShape } from './time-steps';

/** Options of {@link AttentionPooling}. */
export interface AttentionPoolingOptions {
  /** A of the hidden layer that scores the states. */
  readonly units: number;
}

/** Subtracted from the scores of padding before a softmax: far more than any score, yet finite. */
const FAR_BELOW = 1e9;

/**
 * Pools a padded sequence by weights that the states themselves decide: `s = sum_t a_t h_t`, `a = softmax_t(q^T tanh(W h_t + b))` over the real entries.
 *
 * Shapes: inputs states `[B, T, H]` and mask `[B, T]` of 1 and 0 -> `[B, H]`, 0 for an empty sequence. Weights `hidden/kernel [H, A]`, `hidden/bias [A]` and `query/kernel [A, 1]`.
 *
 * @throws ShapeError for inputs of other shapes
 * @see Yang, Yang, Dyer, He, Smola, Hovy: Hierarchical attention networks for document classification. NAACL 2016, equations 5 to 7.
 */
export class AttentionPooling extends CtrLayer<(inputs: Tensor[]) => Tensor2D> {
  static className = 'CtrflowAttentionPooling';
  private readonly units: number;
  private readonly parts: Readonly<Record<'hidden' | 'query', layers.Layer>>;

  /** @throws ConfigError for an option out of range */
  constructor(options: AttentionPoolingOptions) {
    super({});
    checkKnownOptions('AttentionPooling', options, ['units']);
    const { units } = options;
    this.units = checkInteger('AttentionPooling', 'units', units, { min: 1 });
    this.parts = { hidden: new Dense({ units }), query: new Dense({ units: 1, bias: false }) };
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const { sequence, places } = sequenceInputs(this.path, inputs, [1, 1]);
      const [mask] = places;
      const [, T, H] = sequence.shape;
      const hidden = tanh(this.parts.hidden.apply(reshape(sequence, [-1, H])) as Tensor2D); // [B T, A]
      const scores = reshape<Rank.R2>(this.parts.query.apply(hidden) as Tensor2D, [-1, T]); // [B, T]
      const weights: Tensor2D = mul(softmax(add(scores, mul(sub(mask, 1), FAR_BELOW))), mask);
      return squeeze(matMul(expandDims<Tensor3D>(weights, 1), sequence), [1]); // [B, H]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, , H] = sequenceShape(inputShape);
    return [B, H];
  }

  override getConfig(): { units: number } {
    return { units: this.units };
  }
}
