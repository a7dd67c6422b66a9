import { add, customGrad, mean, mul, rsqrt, square, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger } from '@ctrflow/core';
import { CtrLayer } from './layer';
import { currentStep } from './step';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Batch normalization over the rows: `y = gamma (x - mean) / sqrt(var + eps) + beta`.
 *
 * Shapes: input `[B, H]` -> output `[B, H]`; weights `gamma`, `beta`, `moving_mean`, `moving_variance`, each `[H]`.
 *
 * PyTorch's constants, not Keras's: eps 1e-5, momentum 0.1 (`moving = 0.9 moving + 0.1 batch`); the moving variance takes the unbiased
 * batch variance, the normalization the biased one. In training the gradient is the closed form
 * `dx = r (dy - mean(dy) - xhat mean(dy xhat))`, r = 1 / sqrt(var + eps), which costs two reductions instead of the moments' own gradients.
 *
 * @see Ioffe, Szegedy: Batch normalization. ICML 2015.
 */
export class BatchNorm extends CtrLayer {
  static className = 'CtrflowBatchNorm';
  private gamma!: LayerVariable;
  private beta!: LayerVariable;
  private movingMean!: LayerVariable;
  private movingVariance!: LayerVariable;

  constructor() {
    super({});
  }

  override build(inputShape: Shape | Shape[]): void {
    const size = checkInteger(this.path, 'the last axis of its input', (inputShape as Shape).at(-1), { min: 1 });
    this.gamma = this.weight('gamma', [size], { kind: 'constant', value: 1 });
    this.beta = this.weight('beta', [size], { kind: 'constant', value: 0 });
    this.movingMean = this.weight('moving_mean', [size], { kind: 'constant', value: 0 }, false);
    this.movingVariance = this.weight('moving_variance', [size], { kind: 'constant', value: 1 }, false);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = this.only(inputs);
      const normalized = currentStep()?.training === true ? this.normalizeBatch(x) : this.normalizeMoving(x);
      return add(mul(normalized, this.gamma.read()), this.beta.read());
    });
  }

  private normalizeMoving(x: Tensor): Tensor {
    return mul(sub(x, this.movingMean.read()), rsqrt(add(this.movingVariance.read(), EPSILON)));
  }

  /** Normalizes with the batch's statistics and lets the moving ones follow. */
  private normalizeBatch(x: Tensor): Tensor {
    const normalize = customGrad((input, save) => {
      const batchMean = mean(input as Tensor, 0); // [H]
      const centered = sub(input as Tensor, batchMean); // [B, H]
      const variance = mean(square(centered), 0); // [H]
      this.follow(batchMean, variance, x.shape[0]);
      const r = rsqrt(add(variance, EPSILON)); // [H]
      const value = mul(centered, r);
      (save as (tensors: Tensor[]) => void)([value, r]);
      return { value, gradFunc: (dy: Tensor, saved: Tensor[]) => closedFormGradient(dy, saved[0], saved[1]) };
    });
    return normalize(x);
  }

  private follow(batchMean: Tensor, variance: Tensor, numRows: number): void {
    const unbiased = mul(variance, numRows / Math.max(1, numRows - 1));
    const toward = (weight: LayerVariable, value: Tensor): void => {
      weight.write(add(mul(weight.read(), 1 - MOMENTUM), mul(value, MOMENTUM)));
    };
    toward(this.movingMean, batchMean);
    toward(this.movingVariance, unbiased);
  }
}

function closedFormGradient(dy: Tensor, normalized: Tensor, r: Tensor): Tensor {
  const numRows = dy.shape[0];
  const meanGradient = mul(sum(dy, 0), 1 / numRows); // [H]
  const projection = mul(sum(mul(dy, normalized), 0), 1 / numRows); // [H]
  return mul(r, sub(sub(dy, meanGradient), mul(normalized, projection)));
}
