import { tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { checkKnownOptions, checkNumber, checkOneOf, checkSwitch, checkUnits } from '@ctrflow/core';
import { activations } from './activation';
import { BatchNorm } from './batch-norm';
import { Dense } from './dense';
import { Dropout } from './dropout';
import { activationLayer, hiddenActivationNames, isPlainActivation } from './hidden-activation';
import type { HiddenActivationName } from './hidden-activation';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';

/** Options of {@link MLP}. */
export interface MLPOptions {
  /** H of each hidden layer, such as `[400, 400, 400]`. */
  readonly hiddenUnits: readonly number[];
  /** Units of the output layer, which has neither normalization, activation nor dropout; none when absent. */
  readonly outputUnits?: number;
  /** Default `relu`. */
  readonly activation?: HiddenActivationName;
  /** Dropout rate after every hidden layer. Default 0. */
  readonly dropout?: number;
  /** Default false. */
  readonly batchNorm?: boolean;
}

/**
 * A multi-layer perceptron: per hidden layer `Dense -> BatchNorm -> activation -> Dropout`, then `Dense` when `outputUnits` is given; the order of the
 * field's reference.
 *
 * Shapes: input `[B, K]` -> output `[B, outputUnits]`, or `[B, H]` of the last hidden layer. Weights `dense_1/kernel`, `batch_norm_1/gamma`, ...,
 * `output/kernel`; an activation with weights has them under its name (`dice_1/alpha`).
 *
 * @example
 * const deep = new MLP({ hiddenUnits: [64, 32], outputUnits: 1, dropout: 0.2 });
 * const logits = deep.apply(x); // [B, 1]
 */
export class MLP extends CtrLayer<RankKept> {
  static className = 'CtrflowMLP';
  private readonly options: Required<Omit<MLPOptions, 'outputUnits'>> & Pick<MLPOptions, 'outputUnits'>;
  private readonly parts: Record<string, layers.Layer> = {};

  /** @throws ConfigError for an option out of range */
  constructor(options: MLPOptions) {
    super({});
    checkKnownOptions('MLP', options, ['hiddenUnits', 'outputUnits', 'activation', 'dropout', 'batchNorm']);
    this.options = { activation: 'relu', dropout: 0, batchNorm: false, ...options };
    const { hiddenUnits, outputUnits, activation, dropout, batchNorm } = this.options;
    checkOneOf('MLP', 'activation', activation, hiddenActivationNames);
    checkNumber('MLP', 'dropout', dropout, { min: 0 });
    checkSwitch('MLP', 'batchNorm', batchNorm);
    checkUnits('MLP', 'hiddenUnits', hiddenUnits);
    hiddenUnits.forEach((units, i) => {
      this.parts[`dense_${i + 1}`] = new Dense({ units });
      if (batchNorm) this.parts[`batch_norm_${i + 1}`] = new BatchNorm();
      const withWeights = activationLayer(activation);
      if (withWeights !== undefined) this.parts[`${activation}_${i + 1}`] = withWeights;
      if (dropout > 0) this.parts[`dropout_${i + 1}`] = new Dropout(dropout);
    });
    if (outputUnits !== undefined) this.parts.output = new Dense({ units: outputUnits });
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  /** Builds the parts too: a symbolic program (`tf.sequential`) asks for weights before any number comes through. */
  override build(inputShape: Shape | Shape[]): void {
    let shape = inputShape as Shape;
    for (const part of Object.values(this.parts)) {
      if (!part.built) part.build(shape);
      part.built = true;
      shape = part.computeOutputShape(shape) as Shape;
    }
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { activation, hiddenUnits } = this.options;
    return tidy(() => {
      let x = this.only(inputs);
      const apply = (name: string): void => {
        if (name in this.parts) x = this.parts[name].apply(x) as Tensor;
      };
      for (let i = 1; i <= hiddenUnits.length; i++) {
        apply(`dense_${i}`); // [B, H]
        apply(`batch_norm_${i}`);
        if (isPlainActivation(activation)) x = activations[activation](x);
        else apply(`${activation}_${i}`);
        apply(`dropout_${i}`);
      }
      apply('output'); // [B, outputUnits]
      return x;
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [numRows, numInputs] = inputShape as Shape;
    return [numRows, this.options.outputUnits ?? this.options.hiddenUnits.at(-1) ?? numInputs];
  }

  override getConfig(): Record<string, string | number | boolean | number[]> {
    const { hiddenUnits, outputUnits, ...rest } = this.options;
    return { ...rest, hiddenUnits: [...hiddenUnits], ...(outputUnits === undefined ? {} : { outputUnits }) };
  }
}
