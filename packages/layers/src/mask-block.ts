import { mul, relu, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import {
  ShapeError,
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  checkSwitch,
  expected,
} from '@ctrflow/core';
import { activationNames, activations } from './activation';
import type { ActivationName } from './activation';
import { Dense } from './dense';
import { Dropout } from './dropout';
import { LayerNorm } from './layer-norm';
import { CtrLayer, placeLayer } from './layer';

/** Options of {@link MaskBlock}. */
export interface MaskBlockOptions {
  /** H of the output. */
  readonly units: number;
  /** Width of the mask's hidden layer, as a multiple of the width of what is masked. Default 2. */
  readonly reductionRatio?: number;
  /** Layer normalization before the activation. Default true. */
  readonly layerNorm?: boolean;
  /** Default `relu`. */
  readonly activation?: ActivationName;
  /** Dropout rate of the output. Default 0. */
  readonly dropout?: number;
}

/**
 * A mask block: `y = act(LN(W (m * h)))` with the instance-guided mask `m = W2 relu(W1 v + b1) + b2`; `v` are the embeddings of the instance, `h` is what the mask
 * multiplies element by element (embeddings, or the output of another block).
 *
 * Shapes: inputs `v [B, E]`, `h [B, K]` -> output `[B, H]`. Weights `mask_1/kernel [E, rK]`, `mask_2/kernel [rK, K]` with biases, `dense/kernel [K, H]` without one, `layer_norm/gamma`
 * and `beta [H]`; r is the reduction ratio, rK is rounded down, at least 1.
 *
 * @throws ConfigError for an option out of range
 * @see Wang, She, Zhang: MaskNet. DLP-KDD 2021, equations 2 to 9.
 */
export class MaskBlock extends CtrLayer<(inputs: Tensor[]) => Tensor2D> {
  static className = 'CtrflowMaskBlock';
  private readonly options: Required<MaskBlockOptions>;
  private parts: Record<string, layers.Layer> = {};

  constructor(options: MaskBlockOptions) {
    super({});
    checkKnownOptions('MaskBlock', options, ['units', 'reductionRatio', 'layerNorm', 'activation', 'dropout']);
    this.options = { reductionRatio: 2, layerNorm: true, activation: 'relu', dropout: 0, ...options };
    const { units, reductionRatio, layerNorm, activation, dropout } = this.options;
    checkNumber('MaskBlock', 'reductionRatio', reductionRatio, { min: 0, max: 100, exclusive: true });
    checkOneOf('MaskBlock', 'activation', activation, activationNames);
    checkSwitch('MaskBlock', 'layerNorm', layerNorm);
    checkNumber('MaskBlock', 'dropout', dropout, { min: 0 });
    this.parts.dense = new Dense({ units, bias: false });
    if (layerNorm) this.parts.layer_norm = new LayerNorm();
    if (dropout > 0) this.parts.dropout = new Dropout(dropout);
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  /** The mask is as wide as what it masks: known from here on only. */
  override build(inputShape: Shape | Shape[]): void {
    const [instance, masked] = inputShape as Shape[];
    const width = checkInteger(this.path, 'the last axis of what is masked', masked?.at(-1), { min: 1 });
    const hidden = Math.max(1, Math.floor(width * this.options.reductionRatio));
    const mask = { mask_1: new Dense({ units: hidden }), mask_2: new Dense({ units: width }) };
    for (const [name, layer] of Object.entries(mask)) placeLayer(layer, `${this.path}/${name}`, this.seed);
    mask.mask_1.build(instance);
    mask.mask_2.build([null, hidden]);
    this.parts.dense.build([null, width]);
    this.parts.layer_norm?.build([null, this.options.units]);
    this.parts = { ...mask, ...this.parts };
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    if (!Array.isArray(inputs) || inputs.length !== 2)
      throw new ShapeError(expected(this.path, 'two inputs, embeddings [B, E] and what is masked [B, K]', inputs));
    const [instance, hidden] = inputs;
    const apply = (name: string, x: Tensor): Tensor => (name in this.parts ? (this.parts[name].apply(x) as Tensor) : x);
    return tidy(() => {
      const mask = apply('mask_2', relu(apply('mask_1', instance))); // [B, K]
      const normalized = apply('layer_norm', apply('dense', mul(mask, hidden))); // [B, H]
      return apply('dropout', activations[this.options.activation](normalized));
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape[])[0][0], this.options.units];
  }

  override getConfig(): Record<string, string | number | boolean> {
    return { ...this.options };
  }
}
