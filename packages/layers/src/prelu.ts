import { mul, neg, relu, sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger } from '@ctrflow/core';
import { CtrLayer } from './layer';
import type { RankKept } from './layer';

/**
 * ReLU with a trained slope below zero: `y = max(x, 0) + alpha min(x, 0)`, a slope per unit.
 *
 * Shapes: input `[..., H]` -> the same; weight `alpha [H]` (0.1, as the field's reference).
 *
 * @see He, Zhang, Ren, Sun: Delving deep into rectifiers. ICCV 2015, equation 1.
 */
export class PReLU extends CtrLayer<RankKept> {
  static className = 'CtrflowPReLU';
  private alpha!: LayerVariable;

  constructor() {
    super({});
  }

  override build(inputShape: Shape | Shape[]): void {
    const size = checkInteger(this.path, 'the last axis of its input', (inputShape as Shape).at(-1), { min: 1 });
    this.alpha = this.weight('alpha', [size], { kind: 'constant', value: 0.1 });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    return tidy(() => {
      const x = this.only(inputs);
      return sub(relu(x), mul(this.alpha.read(), relu(neg(x))));
    });
  }
}
