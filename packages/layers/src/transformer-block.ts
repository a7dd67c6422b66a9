import { add, reshape, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { checkKnownOptions, checkNumber, checkOneOf, checkSwitch } from '@ctrflow/core';
import { activationNames, activations } from './activation';
import type { ActivationName } from './activation';
import { Dense } from './dense';
import { Dropout } from './dropout';
import { LayerNorm } from './layer-norm';
import { CtrLayer } from './layer';
import { MultiHeadAttention } from './multi-head-attention';

/** Options of {@link TransformerBlock}. */
export interface TransformerBlockOptions {
  /** M, the size of every position's vector. */
  readonly size: number;
  /** Divides `size`. */
  readonly numHeads: number;
  /** H of the feed-forward network's hidden layer. Default `size`. */
  readonly feedForwardUnits?: number;
  /** Of that hidden layer. Default `leaky-relu`, as in BST. */
  readonly activation?: ActivationName;
  /** Normalizes after each addition. Default true. */
  readonly layerNorm?: boolean;
  /** Dropout rate of what is added to the input, twice. Default 0. */
  readonly dropout?: number;
  /** Dropout rate of the attention weights. Default 0. */
  readonly attentionDropout?: number;
}

/**
 * A Transformer block, normalized after each addition: `s = LN(x + Attention(x))`, `y = LN(s + W_2 act(W_1 s + b_1) + b_2)`.
 *
 * Shapes: inputs `x [B, T, M]` and mask `[B, T]` (see `MultiHeadAttention`) -> output `[B, T, M]`. Weights below `attention`, `layer_norm_1`, `dense_1`, `dense_2`,
 * `layer_norm_2`; LN is the identity without `layerNorm`.
 *
 * @throws ConfigError when the heads do not divide the size
 * @see Chen et al.: Behavior Sequence Transformer. DLP-KDD 2019, equations 3 to 6.
 */
export class TransformerBlock extends CtrLayer<(inputs: Tensor3D | Tensor[]) => Tensor3D> {
  static className = 'CtrflowTransformerBlock';
  private readonly options: Required<TransformerBlockOptions>;
  private readonly parts: Record<string, layers.Layer>;

  constructor(options: TransformerBlockOptions) {
    super({});
    checkKnownOptions('TransformerBlock', options, [
      'size',
      'numHeads',
      'feedForwardUnits',
      'activation',
      'layerNorm',
      'dropout',
      'attentionDropout',
    ]);
    this.options = {
      feedForwardUnits: options.size,
      activation: 'leaky-relu',
      layerNorm: true,
      dropout: 0,
      attentionDropout: 0,
      ...options,
    };
    const { size, numHeads, feedForwardUnits, activation, layerNorm, dropout, attentionDropout } = this.options;
    checkOneOf('TransformerBlock', 'activation', activation, activationNames);
    checkSwitch('TransformerBlock', 'layerNorm', layerNorm);
    checkNumber('TransformerBlock', 'dropout', dropout, { min: 0 });
    this.parts = {
      attention: new MultiHeadAttention({ size, numHeads, dropout: attentionDropout }),
      ...(dropout > 0 ? { dropout_1: new Dropout(dropout), dropout_2: new Dropout(dropout) } : {}),
      ...(layerNorm ? { layer_norm_1: new LayerNorm() } : {}),
      dense_1: new Dense({ units: feedForwardUnits }),
      dense_2: new Dense({ units: size }),
      ...(layerNorm ? { layer_norm_2: new LayerNorm() } : {}),
    };
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x, mask] = inputs as [Tensor3D, Tensor];
    const [, T, M] = x.shape;
    const apply = (name: string, input: Tensor | Tensor[]): Tensor =>
      name in this.parts ? (this.parts[name].apply(input) as Tensor) : (input as Tensor);
    return tidy(() => {
      const attended = apply('dropout_1', apply('attention', [x, mask])); // [B, T, M]
      const s = apply('layer_norm_1', add(x, attended)); // [B, T, M]
      const hidden = activations[this.options.activation](apply('dense_1', reshape(s, [-1, M]))); // [B T, H]
      const forward = reshape(apply('dense_2', hidden), [-1, T, M]); // [B, T, M]
      return apply('layer_norm_2', add(s, apply('dropout_2', forward)));
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[0];
  }

  override getConfig(): Record<string, number | string | boolean> {
    return { ...this.options };
  }
}
