import { add, customGrad, mean, mul, reshape, rsqrt, square, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, checkInteger, checkKnownOptions, checkSwitch, expected } from '@ctrflow/core';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';

const EPSILON = 1e-5;

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions {
  /** A gain and an offset of its own for every field of `[B, F, D]`: weights `[F, D]`. Default false: weights `[D]`. */
  readonly perField?: boolean;
}

/**
 * Layer normalization over the last axis: `y = gamma (x - mean) / sqrt(var + eps) + beta`.
 *
 * Shapes: input `[..., D]` -> the same; weights `gamma` (1) and `beta` (0), each `[D]`, or `[F, D]` with `perField`, as the field's reference normalizes
 * embeddings.
 *
 * PyTorch's eps, 1e-5, and biased variance. The gradient is the closed form `dx = r (g - mean(g) - xhat mean(g xhat))`, g = gamma dy, r = 1 / sqrt(var + eps).
 *
 * @throws ShapeError when `perField` meets an input without fields
 * @see Ba, Kiros, Hinton: Layer normalization. 2016.
 */
export class LayerNorm extends CtrLayer<RankKept> {
  static className = 'CtrflowLayerNorm';
  private readonly perField: boolean;
  private gamma!: LayerVariable;
  private beta!: LayerVariable;

  constructor(options: LayerNormOptions = {}) {
    super({});
    checkKnownOptions('LayerNorm', options, ['perField']);
    this.perField = checkSwitch('LayerNorm', 'perField', options.perField ?? false);
  }

  override build(inputShape: Shape | Shape[]): void {
    const shape = inputShape as Shape;
    if (this.perField && shape.length !== 3) throw new ShapeError(expected(this.path, 'embeddings [B, F, D]', shape));
    const sizes = shape.slice(this.perField ? -2 : -1).map((size) => checkInteger(this.path, 'the normalized axes of its input', size, { min: 1 })); // prettier-ignore
    this.gamma = this.weight('gamma', sizes, { kind: 'constant', value: 1 });
    this.beta = this.weight('beta', sizes, { kind: 'constant', value: 0 });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => normalize(this.only(inputs), this.gamma.read(), this.beta.read()));
  }

  override getConfig(): { perField: boolean } {
    return { perField: this.perField };
  }
}

const normalize = customGrad((...given) => {
  const [x, gamma, beta, save] = given as [Tensor, Tensor, Tensor, (tensors: Tensor[]) => void];
  const centered = sub(x, mean(x, -1, true)); // [..., D]
  const r = rsqrt(add(mean(square(centered), -1, true), EPSILON)); // [..., 1]
  const normalized = mul(centered, r); // [..., D]
  save([normalized, r, gamma]);
  return { value: add(mul(normalized, gamma), beta), gradFunc: gradients };
});

function gradients(dy: Tensor, [normalized, r, gamma]: Tensor[]): Tensor[] {
  const g = mul(dy, gamma); // [..., D]
  const along = mul(normalized, mean(mul(g, normalized), -1, true)); // [..., D]
  const dx = mul(sub(sub(g, mean(g, -1, true)), along), r); // [..., D]
  return [dx, summed(mul(dy, normalized), gamma.shape), summed(dy, gamma.shape)];
}

/** Sums over everything but the axes of the weights. */
function summed(x: Tensor, shape: number[]): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  return reshape(sum(reshape(x, [-1, size]), 0), shape);
}
