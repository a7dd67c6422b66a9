import { checkKnownOptions, checkSwitch } from '@ctrflow/core';
import { add, expandDims, matMul, mul, softmax, squeeze, sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { CtrLayer } from './layer';

/** Added to the scores of padding before a softmax: far below any score, yet finite. */
const FAR_BELOW = 1e9;

/** Options of {@link BilinearAttention}. */
export interface BilinearAttentionOptions {
  /** The scores of a row sum to 1. Default true. */
  readonly softmax?: boolean;
}

/**
 * How much each state of a history has to do with a target: `s_t = h_t^T W e_a`, with `softmax` `a_t = exp(s_t) / sum_j exp(s_j)` over the real entries.
 *
 * Shapes: inputs states `[B, T, H]`, target `[B, A]`, mask `[B, T]` of 1 and 0 -> scores `[B, T]`, 0 where the mask is; weight `kernel [H, A]` (Xavier
 * normal). An empty history has scores of 0.
 *
 * @see Zhou et al.: DIEN. AAAI 2019, equation 10; Feng et al.: DSIN. IJCAI 2019, session interest activating layer.
 */
export class BilinearAttention extends CtrLayer<(inputs: Tensor[]) => Tensor2D> {
  static className = 'CtrflowBilinearAttention';
  private readonly softmax: boolean;
  private kernel!: LayerVariable;

  constructor(options: BilinearAttentionOptions = {}) {
    super({});
    checkKnownOptions('BilinearAttention', options, ['softmax']);
    this.softmax = checkSwitch('BilinearAttention', 'softmax', options.softmax ?? true);
  }

  override build(inputShape: Shape | Shape[]): void {
    const [states, target] = inputShape as Shape[];
    this.kernel = this.weight('kernel', [states[2]!, target[1]!], { kind: 'xavier-normal' });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const [states, target, mask] = inputs as [Tensor3D, Tensor2D, Tensor2D];
      const query = matMul(target, this.kernel.read() as Tensor2D, false, true); // [B, H]
      const scores: Tensor2D = squeeze(matMul(states, expandDims<Tensor3D>(query, 2)), [2]); // [B, T]
      if (!this.softmax) return mul(scores, mask);
      return mul(softmax(add(scores, mul(sub(mask, 1), FAR_BELOW))), mask);
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[2];
  }

  override getConfig(): { softmax: boolean } {
    return { softmax: this.softmax };
  }
}
