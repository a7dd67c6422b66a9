import { add, customGrad, expandDims, matMul, mean, mul, reshape, rsqrt, sigmoid, slice, square, sub, sum, tidy } from '@tensorflow/tfjs-core'; // prettier-ignore
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape, layers } from '@tensorflow/tfjs-layers';
import { CtrLayer, Dense, currentStep } from '@ctrflow/layers';

/**
 * Attention scores of an item over a history: `score = Dense(Dice(Dense(... [t, h, t - h, t * h] ...)))`, without softmax. The first product is taken apart,
 * `[t, h, t - h, t * h] W = t (Wt + Wd) + h (Wh - Wd) + (t * h) Wp`: the item's part is computed once a row and nothing of size `[B, T, 4 D]` is made.
 *
 * Shapes: item `[B, D]`, history `[B, T, D]` -> `[B, T]`.
 */
export class TargetAttention extends CtrLayer {
  static className = 'BenchTargetAttention';
  private kernel!: LayerVariable;
  private bias!: LayerVariable;
  private readonly parts: Record<string, layers.Layer> = {};

  constructor(private readonly hiddenUnits: readonly [number, number]) {
    super({});
    this.parts = { dice_1: new Dice(), dense_2: new Dense({ units: hiddenUnits[1] }), dice_2: new Dice(), output: new Dense({ units: 1 }) }; // prettier-ignore
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  override build(inputShape: Shape | Shape[]): void {
    const [, dim] = (inputShape as Shape[])[0];
    this.kernel = this.weight('kernel', [4 * dim!, this.hiddenUnits[0]], { kind: 'xavier-normal' });
    this.bias = this.weight('bias', [this.hiddenUnits[0]], { kind: 'constant', value: 0 });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [item, history] = inputs as [Tensor2D, Tensor3D];
      const [, T] = history.shape;
      const part = (name: string, x: Tensor): Tensor => this.parts[name].apply(x) as Tensor;
      const first = this.firstProduct(item, history); // [B T, H]
      const second = part('dice_2', part('dense_2', part('dice_1', first)));
      return reshape(part('output', second), [-1, T]); // [B, T]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [, [rows, T]] = inputShape as Shape[];
    return [rows, T];
  }

  private firstProduct(item: Tensor2D, history: Tensor3D): Tensor {
    const [, T, D] = history.shape;
    const H = this.hiddenUnits[0];
    const kernel = this.kernel.read();
    const [wt, wh, wd, wp] = [0, 1, 2, 3].map((i) => slice(kernel, [i * D, 0], [D, H]));
    const products = mul(expandDims(item, 1), history); // [B, T, D]
    const ofHistory = matMul(reshape(history, [-1, D]), sub(wh, wd)); // [B T, H]
    const ofProducts = matMul(reshape(products, [-1, D]), wp); // [B T, H]
    const ofItem = add(matMul(item, add(wt, wd)), this.bias.read()); // [B, H]
    const sums = reshape(add(ofHistory, ofProducts), [-1, T, H]);
    return reshape(add(sums, expandDims(ofItem, 1)), [-1, H]);
  }
}

const EPSILON = 1e-9;
const MOMENTUM = 0.01;

/** Dice: `q x + alpha (1 - q) x`, `q = sigmoid(normalized x)`, in training with the batch's statistics and their closed-form gradient. */
class Dice extends CtrLayer {
  static className = 'BenchDice';
  private alpha!: LayerVariable;
  private movingMean!: LayerVariable;
  private movingVariance!: LayerVariable;

  constructor() {
    super({});
  }

  override build(inputShape: Shape | Shape[]): void {
    const size = (inputShape as Shape).at(-1)!;
    this.alpha = this.weight('alpha', [size], { kind: 'constant', value: 0 });
    this.movingMean = this.weight('moving_mean', [size], { kind: 'constant', value: 0 }, false);
    this.movingVariance = this.weight('moving_variance', [size], { kind: 'constant', value: 1 }, false);
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = this.only(inputs);
      const q = sigmoid(currentStep()?.training === true ? this.normalizeBatch(x) : this.normalizeMoving(x));
      return mul(x, add(this.alpha.read(), mul(q, sub(1, this.alpha.read()))));
    });
  }

  private normalizeMoving(x: Tensor): Tensor {
    return mul(sub(x, this.movingMean.read()), rsqrt(add(this.movingVariance.read(), EPSILON)));
  }

  private normalizeBatch(x: Tensor): Tensor {
    const run = customGrad((input, save) => {
      const batchMean = mean(input as Tensor, 0); // [H]
      const centered = sub(input as Tensor, batchMean);
      const variance = mean(square(centered), 0); // [H]
      this.follow(batchMean, variance);
      const r = rsqrt(add(variance, EPSILON));
      const value = mul(centered, r);
      (save as (tensors: Tensor[]) => void)([value, r]);
      return { value, gradFunc: (dy: Tensor, [y, scale]: Tensor[]) => gradientOf(dy, y, scale) };
    });
    return run(x);
  }

  private follow(batchMean: Tensor, variance: Tensor): void {
    const toward = (weight: LayerVariable, value: Tensor): void => {
      weight.write(add(mul(weight.read(), 1 - MOMENTUM), mul(value, MOMENTUM)));
    };
    toward(this.movingMean, batchMean);
    toward(this.movingVariance, variance);
  }
}

function gradientOf(dy: Tensor, normalized: Tensor, scale: Tensor): Tensor {
  const perRow = 1 / dy.shape[0];
  const along = mul(sum(mul(dy, normalized), 0), perRow); // [H]
  return mul(scale, sub(sub(dy, mul(sum(dy, 0), perRow)), mul(normalized, along)));
}
