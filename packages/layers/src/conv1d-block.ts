import { tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkOneOf } from '@ctrflow/core';
import { activationNames, activations } from './activation';
import type { ActivationName } from './activation';
import { Conv1D } from './conv1d';
import type { Conv1DOptions } from './conv1d';
import { CtrLayer } from './layer';
import { pooling1D } from './pooling1d';

/** Options of {@link Conv1DBlock}. */
export interface Conv1DBlockOptions extends Conv1DOptions {
  /** Default `relu`. */
  readonly activation?: ActivationName;
  /** Default `max`. */
  readonly pooling?: 'max' | 'mean';
  /** Steps that pooling makes one of; 1 is no pooling. Default 2. */
  readonly poolSize?: number;
}

/**
 * A convolution over time, an activation and pooling: `pool(act(Conv1D(x)))`.
 *
 * Shapes: input `[B, T, C]` -> output `[B, floor(T' / poolSize), H]`, T' being what the convolution leaves. Weights `conv/kernel`, `conv/bias`.
 *
 * @example
 * const block = new Conv1DBlock({ filters: 32, kernelSize: 3 });
 * const features = block.apply(window); // [B, T / 2, 32]
 * @throws ShapeError when the input has not three axes, or is too short
 */
export class Conv1DBlock extends CtrLayer<(input: Tensor3D) => Tensor3D> {
  static className = 'CtrflowConv1DBlock';
  private readonly options: Required<Conv1DBlockOptions>;
  private readonly conv: Conv1D;

  /** @throws ConfigError for an option out of range */
  constructor(options: Conv1DBlockOptions) {
    super({});
    checkKnownOptions('Conv1DBlock', options, [
      'filters',
      'kernelSize',
      'padding',
      'activation',
      'pooling',
      'poolSize',
    ]);
    const defaults = { kernelSize: 3, padding: 'same', activation: 'relu', pooling: 'max', poolSize: 2 } as const;
    this.options = { ...defaults, ...options };
    const { filters, kernelSize, padding, activation, pooling, poolSize } = this.options;
    checkOneOf('Conv1DBlock', 'activation', activation, activationNames);
    checkOneOf('Conv1DBlock', 'pooling', pooling, ['max', 'mean']);
    checkInteger('Conv1DBlock', 'poolSize', poolSize, { min: 1 });
    this.conv = new Conv1D({ filters, kernelSize, padding });
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return { conv: this.conv };
  }

  override build(inputShape: Shape | Shape[]): void {
    if (!this.conv.built) this.conv.build(inputShape);
    this.conv.built = true;
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { activation, poolSize, pooling } = this.options;
    return tidy(() => {
      const features = activations[activation](this.conv.apply(this.only(inputs)) as Tensor); // [B, T', H]
      return pooling1D(features as Tensor3D, poolSize, pooling);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T, H] = this.conv.computeOutputShape(inputShape);
    return [B, T === null ? null : Math.floor(T / this.options.poolSize), H];
  }

  override getConfig(): Record<string, string | number> {
    return { ...this.options };
  }
}
