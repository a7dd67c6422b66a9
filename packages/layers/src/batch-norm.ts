import { add, customGrad, div, mean, mul, rsqrt, square, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger } from '@ctrflow/core';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';
import { currentStep } from './step';

const EPSILON = 1e-5;
const MOMENTUM = 0.1;

/**
 * Batch normalization over the rows: `y = gamma (x - mean) / sqrt(var + eps) + beta`.
 *
 * Shapes: input `[B, H]` -> output `[B, H]`; weights `gamma`, `beta`, `moving_mean`, `moving_variance`, each `[H]`.
 *
 * PyTorch's constants, not Keras's: eps 1e-5, momentum 0.1 (`moving = 0.9 moving + 0.1 batch`); the moving variance takes the unbiased
 * batch variance, the normalization the biased one. A batch of one row, such as the last of an epoch may be, has no variance: the moving statistics stay as they are. In training the gradient is the closed form
 * `dgamma = sum(dy xhat)`, `dbeta = sum(dy)`, `dx = gamma r (dy - dbeta / B - xhat dgamma / B)`, r = 1 / sqrt(var + eps): two reductions instead of those
 * of the moments' own gradients.
 *
 * @see Ioffe, Szegedy: Batch normalization. ICML 2015.
 */
export class BatchNorm extends CtrLayer<RankKept> {
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
      if (currentStep()?.training === true) return this.normalizeBatch(x);
      const r = rsqrt(add(this.movingVariance.read(), EPSILON)); // [H]
      return add(mul(mul(sub(x, this.movingMean.read()), r), this.gamma.read()), this.beta.read());
    });
  }

  /** Normalizes with the batch's statistics and lets the moving ones follow. */
  private normalizeBatch(batch: Tensor): Tensor {
    const normalize = customGrad((...given) => {
      const [x, gamma, beta, save] = given as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
      const numRows = x.shape[0];
      const batchMean = mean(x, 0); // [H]
      const centered = sub(x, batchMean); // [B, H]
      const variance = mean(square(centered), 0); // [H]
      this.follow(batchMean, variance, numRows);
      const r = rsqrt(add(variance, EPSILON)); // [H]
      const normalized = mul(centered, r); // [B, H]
      save([normalized, mul(gamma, r)]);
      const gradFunc = (dy: Tensor, [xhat, slope]: Tensor[]): Tensor[] => gradients(dy, xhat, slope);
      return { value: add(mul(normalized, gamma), beta), gradFunc };
    });
    return normalize(batch, this.gamma.read(), this.beta.read());
  }

  private follow(batchMean: Tensor, variance: Tensor, numRows: number): void {
    const unbiased = mul(variance, numRows / Math.max(1, numRows - 1));
    const momentum = numRows < 2 ? 0 : MOMENTUM; // a recorded step has the same outputs for any number of rows
    const toward = (weight: LayerVariable, value: Tensor): void => {
      weight.write(add(mul(weight.read(), 1 - momentum), mul(value, momentum)));
    };
    toward(this.movingMean, batchMean);
    toward(this.movingVariance, unbiased);
  }
}

/** Of x `[B, H]`, gamma and beta `[H]`; `slope` is gamma r. */
function gradients(dy: Tensor, normalized: Tensor, slope: Tensor): Tensor[] {
  const numRows = dy.shape[0];
  const dbeta = sum(dy, 0); // [H]
  const dgamma = sum(mul(dy, normalized), 0); // [H]
  const centered = sub(sub(dy, div(dbeta, numRows)), mul(normalized, div(dgamma, numRows))); // [B, H]
  return [mul(slope, centered), dgamma, dbeta];
}
