import { customGrad, eye, matMul, mul, reshape, square, sub, sum, tidy, tile } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, expected } from '@ctrflow/core';
import { CtrLayer } from './layer';

/**
 * Second-order interactions of a factorization machine: `sum_{i<j} <e_i, e_j>`, computed in linear time as
 * `1/2 (|sum_f e_f|^2 - sum_f |e_f|^2)`.
 *
 * Shapes: input `[B, F, D]` -> output `[B, 1]`. No weights. The sum over fields is a product with F stacked identities, `[B, F D] [F D, D]`: a matrix product is
 * fast in every engine, a sum over an axis that is not the last one in hardly any.
 *
 * @throws ShapeError when the input has not three axes
 * @see Rendle: Factorization machines. ICDM 2010, lemma 3.1.
 */
export class FactorizationMachine extends CtrLayer<(embeddings: Tensor3D) => Tensor2D> {
  static className = 'CtrflowFactorizationMachine';

  constructor() {
    super({});
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const embeddings = this.only(inputs);
    if (embeddings.rank !== 3) throw new ShapeError(expected(this.path, 'embeddings [B, F, D]', embeddings.shape));
    const [, F, D] = embeddings.shape;
    return tidy(() => interactions(F, D)(reshape(embeddings, [-1, F * D])));
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [(inputShape as Shape)[0], 1];
  }
}

/** The interactions of flat embeddings `[B, F D]`, with their gradient `de_f = dy (sum_g e_g - e_f)`. */
function interactions(F: number, D: number): (flat: Tensor) => Tensor {
  return customGrad((...given) => {
    const [flat, save] = given as [Tensor2D, (tensors: Tensor[]) => void];
    const fields = tile<Tensor2D>(eye(D), [F, 1]); // [F D, D]
    const sumOfFields = matMul(flat, fields); // [B, D]
    const squareOfSum = sum(square(sumOfFields), 1, true); // [B, 1]
    const sumOfSquares = sum(square(flat), 1, true); // [B, 1]
    save([flat, sumOfFields, fields]);
    const gradFunc = (dy: Tensor, [e, total, stacked]: Tensor[]): Tensor =>
      mul(dy, sub(matMul(total as Tensor2D, stacked as Tensor2D, false, true), e)); // [B, F D]
    return { value: mul(sub(squareOfSum, sumOfSquares), 0.5), gradFunc };
  });
}
