import { add, matMul, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkSwitch } from '@ctrflow/core';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';

/** Options of {@link Dense}. */
export interface DenseOptions {
  /** H. */
  readonly units: number;
  /** Default true. */
  readonly bias?: boolean;
}

/**
 * A linear map: `y = x W + b`.
 *
 * Shapes: input `[B, K]` -> output `[B, H]`; weights `kernel [K, H]` (Xavier normal) and `bias [H]` (0), as PyTorch's Linear in the field's
 * reference.
 */
export class Dense extends CtrLayer<RankKept> {
  static className = 'CtrflowDense';
  private readonly units: number;
  private readonly withBias: boolean;
  private kernel!: LayerVariable;
  private offset: LayerVariable | undefined;

  constructor(options: DenseOptions) {
    super({});
    checkKnownOptions('Dense', options, ['units', 'bias']);
    const { units, bias = true } = options;
    this.units = checkInteger('Dense', 'units', units, { min: 1 });
    this.withBias = checkSwitch('Dense', 'bias', bias);
  }

  override build(inputShape: Shape | Shape[]): void {
    const numInputs = checkInteger(this.path, 'the last axis of its input', (inputShape as Shape).at(-1), { min: 1 });
    this.kernel = this.weight('kernel', [numInputs, this.units], { kind: 'xavier-normal' });
    if (this.withBias) this.offset = this.weight('bias', [this.units], { kind: 'constant', value: 0 });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const product = matMul(this.only(inputs) as Tensor2D, this.kernel.read() as Tensor2D); // [B, H]
      return this.offset === undefined ? product : add(product, this.offset.read());
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], this.units];
  }

  override getConfig(): { units: number; bias: boolean } {
    return { units: this.units, bias: this.withBias };
  }
}
