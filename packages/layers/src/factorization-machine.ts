import { mul, square, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, expected } from '@ctrflow/core';
import { CtrLayer } from './layer';

/**
 * Second-order interactions of a factorization machine: `sum_{i<j} <e_i, e_j>`, computed in linear time as
 * `1/2 sum_d ((sum_f e_fd)^2 - sum_f e_fd^2)`.
 *
 * Shapes: input `[B, F, D]` -> output `[B, 1]`. No weights.
 *
 * @throws ShapeError when the input has not three axes
 * @see Rendle: Factorization machines. ICDM 2010, lemma 3.1.
 */
export class FactorizationMachine extends CtrLayer {
  static className = 'CtrflowFactorizationMachine';

  constructor() {
    super({});
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const embeddings = this.only(inputs);
    if (embeddings.rank !== 3) throw new ShapeError(expected(this.path, 'embeddings [B, F, D]', embeddings.shape));
    return tidy(() => {
      const squareOfSum = square(sum(embeddings, 1)); // [B, D]
      const sumOfSquares = sum(square(embeddings), 1); // [B, D]
      return mul(sum(sub(squareOfSum, sumOfSquares), 1, true), 0.5); // [B, 1]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], 1];
  }
}
