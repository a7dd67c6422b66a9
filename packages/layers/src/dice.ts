import { add, customGrad, div, matMul, maximum, minimum, mul, reshape, rsqrt, sigmoid, square, sub, sum, tidy } from '@tensorflow/tfjs-core'; // prettier-ignore
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger } from '@ctrflow/core';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';
import { currentStep } from './step';

const EPSILON = 1e-9;
const MOMENTUM = 0.01;

/**
 * Dice, a PReLU that adapts to the data: `y = p x + alpha (1 - p) x`, `p = sigmoid((x - mean) / sqrt(var + eps))`, per unit.
 *
 * Shapes: input `[N, H]`, or `[N, H]` and weights `[N, 1]` -> output `[N, H]`; weights of the layer `alpha` (0), `moving_mean` (0), `moving_variance` (1), each `[H]`.
 *
 * In training mean and variance are those of the batch: of all rows, or, with weights, the weighted ones, `mean = sum_i w_i x_i / sum_i w_i`. A row of weight 0 (padding) has
 * no influence on the others. The field's reference's constants: eps 1e-9, momentum 0.01; the moving variance takes the unbiased one. The gradient is a closed form.
 *
 * Deviation from the reference, which has no variance to take for one row: the moving statistics stay as they are where the rows (their weights) sum to 1 or less, and move by the share `sum - 1` below 2.
 *
 * @see Zhou et al.: Deep Interest Network for click-through rate prediction. KDD 2018, equation 8.
 */
export class Dice extends CtrLayer<RankKept> {
  static className = 'CtrflowDice';
  private alpha!: LayerVariable;
  private movingMean!: LayerVariable;
  private movingVariance!: LayerVariable;

  constructor() {
    super({});
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = Array.isArray(inputShape[0]) ? inputShape[0] : (inputShape as Shape);
    const size = checkInteger(this.path, 'the last axis of its input', shape.at(-1), { min: 1 });
    this.alpha = this.weight('alpha', [size], { kind: 'constant', value: 0 });
    this.movingMean = this.weight('moving_mean', [size], { kind: 'constant', value: 0 }, false);
    this.movingVariance = this.weight('moving_variance', [size], { kind: 'constant', value: 1 }, false);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [x, weights] = Array.isArray(inputs) ? inputs : [inputs];
      const alpha = this.alpha.read();
      if (currentStep()?.training === true) return this.withBatchStatistics(x, alpha, weights);
      const r = rsqrt(add(this.movingVariance.read(), EPSILON)); // [H]
      const p = sigmoid(mul(sub(x, this.movingMean.read()), r)); // [N, H]
      return mul(x, slopes(p, alpha));
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape | Shape[] {
    return Array.isArray(inputShape[0]) ? inputShape[0] : inputShape;
  }

  private withBatchStatistics(input: Tensor, slope: Tensor, weights: Tensor | undefined): Tensor {
    const total = weights === undefined ? undefined : sum(weights);
    const count = total === undefined ? input.shape[0] : maximum(total, 1);
    const dice = customGrad((...given) => {
      const [x, alpha, save] = given as [Tensor, Tensor, (tensors: Tensor[]) => void];
      const batchMean = div(weightedSum(x, weights), count); // [H]
      const centered = sub(x, batchMean); // [N, H]
      const variance = div(weightedSum(square(centered), weights), count); // [H]
      this.follow(batchMean, variance, count);
      const r = rsqrt(add(variance, EPSILON)); // [H]
      const normalized = mul(centered, r); // [N, H]
      const p = sigmoid(normalized); // [N, H]
      save([x, alpha, p, normalized, r, ...(weights === undefined ? [] : [div(weights, count)])]);
      const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] => gradients(dy, saved, saved[5] ?? 1 / x.shape[0]);
      return { value: mul(x, slopes(p, alpha)), gradFunc };
    });
    return dice(input, slope);
  }

  private follow(batchMean: Tensor, variance: Tensor, count: Tensor | number): void {
    const others = sub(count, 1); // what an unbiased variance divides by
    const unbiased = mul(variance, div(count, maximum(others, 1))); // [H]
    const momentum = mul(minimum(maximum(others, 0), 1), MOMENTUM);
    const toward = (weight: LayerVariable, value: Tensor): void => {
      weight.write(add(weight.read(), mul(sub(value, weight.read()), momentum)));
    };
    toward(this.movingMean, batchMean);
    toward(this.movingVariance, unbiased);
  }
}

/** `p + alpha (1 - p)`. */
function slopes(p: Tensor, alpha: Tensor): Tensor {
  return add(mul(p, sub(1, alpha)), alpha);
}

/** `sum_i w_i x_i`, `[N, H] -> [H]`. */
function weightedSum(x: Tensor, weights: Tensor | undefined): Tensor {
  if (weights === undefined) return sum(x, 0);
  return reshape(matMul(weights as Tensor2D, x as Tensor2D, true), [-1]);
}

/**
 * Of x and alpha. With `v = dy x p (1 - p)`, so that `g = (1 - alpha) v` is the gradient at xhat: `dx_i = dy_i slope_i + r (g_i - w_i / sum w (sum_j g_j + xhat_i sum_j g_j xhat_j))`;
 * `share` is `w / sum w`. What is the same for a whole column is multiplied last: passes over `[N, H]` are what it costs.
 */
function gradients(dy: Tensor, [x, alpha, p, normalized, r]: Tensor[], share: Tensor | number): Tensor[] {
  const dyx = mul(dy, x); // [N, H]
  const dyxp = mul(dyx, p); // [N, H]
  const v = sub(dyxp, mul(dyxp, p)); // [N, H]
  const dalpha = sub(sum(dyx, 0), sum(dyxp, 0)); // [H]
  const scale = mul(r, sub(1, alpha)); // [H]
  const pull = add(mul(normalized, mul(scale, sum(mul(v, normalized), 0))), mul(scale, sum(v, 0))); // [N, H]
  const dx = sub(add(mul(dy, slopes(p, alpha)), mul(v, scale)), mul(pull, share)); // [N, H]
  return [dx, dalpha];
}
