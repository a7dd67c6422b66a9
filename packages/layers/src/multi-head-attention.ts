import { add, matMul, mul, reshape, softmax, sub, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { ConfigError, ShapeError, checkInteger, checkKnownOptions, checkNumber, expected } from '@ctrflow/core';
import { Dense } from './dense';
import { Dropout } from './dropout';
import { CtrLayer } from './layer';

/** Options of {@link MultiHeadAttention}. */
export interface MultiHeadAttentionOptions {
  /** M, the size of every position's vector. */
  readonly size: number;
  /** Divides `size`. */
  readonly numHeads: number;
  /** Dropout rate of the attention weights. Default 0. */
  readonly dropout?: number;
}

/**
 * Multi-head self-attention: per head `softmax(Q K^T / sqrt(M / heads)) V`, `Q = x W_q + b_q`, `K = x W_k`, `V = x W_v + b_v`; the heads side by side, then
 * `W_o` and `b_o`.
 *
 * Shapes: inputs `x [B, T, M]` and mask `[B, T]` (1 where a position can be attended to, 0 where padding) -> output `[B, T, M]`; weights `query`, `key`, `value`, `output`, each
 * `kernel [M, M]` with `bias [M]`, but for `key`. Where a row has no position to attend to, its output is the mean over all.
 *
 * Deviation from the reference (PyTorch's): keys have no bias. It adds the same number to all scores of a query, which the softmax does not see.
 *
 * @throws ConfigError when the heads do not divide the size; ShapeError for an input of another size
 * @see Vaswani et al.: Attention is all you need. NIPS 2017, section 3.2.
 */
export class MultiHeadAttention extends CtrLayer<(inputs: Tensor3D | Tensor[]) => Tensor3D> {
  static className = 'CtrflowMultiHeadAttention';
  private readonly options: Required<MultiHeadAttentionOptions>;
  private readonly parts: Record<string, layers.Layer>;

  constructor(options: MultiHeadAttentionOptions) {
    super({});
    checkKnownOptions('MultiHeadAttention', options, ['size', 'numHeads', 'dropout']);
    this.options = { dropout: 0, ...options };
    const { size, numHeads, dropout } = this.options;
    checkInteger('MultiHeadAttention', 'size', size, { min: 1 });
    checkInteger('MultiHeadAttention', 'numHeads', numHeads, { min: 1 });
    checkNumber('MultiHeadAttention', 'dropout', dropout, { min: 0 });
    if (size % numHeads !== 0) throw new ConfigError(expected('MultiHeadAttention', `a divisor of ${size} for numHeads`, numHeads)); // prettier-ignore
    this.parts = {
      query: new Dense({ units: size }),
      key: new Dense({ units: size, bias: false }),
      value: new Dense({ units: size }),
      output: new Dense({ units: size }),
      ...(dropout > 0 ? { dropout: new Dropout(dropout) } : {}),
    };
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [x, mask] = inputs as [Tensor3D, Tensor2D];
    const { size, numHeads } = this.options;
    const [, T, M] = x.shape;
    if (M !== size) throw new ShapeError(expected(this.path, `positions [B, T, ${size}]`, x.shape));
    return tidy(() => {
      const rows = reshape(x, [-1, M]); // [B T, M]
      const heads = (name: string): Tensor =>
        transpose(reshape(this.parts[name].apply(rows) as Tensor, [-1, T, numHeads, M / numHeads]), [0, 2, 1, 3]); // [B, heads, T, M / heads]
      const query = mul(heads('query'), Math.sqrt(numHeads / M));
      const hidden = reshape(mul(sub(mask, 1), 1e9), [-1, 1, 1, T]); // about -inf where padding
      const scores = add(matMul(query, heads('key'), false, true), hidden); // [B, heads, T, T]
      const weights = softmax(scores);
      const kept = 'dropout' in this.parts ? (this.parts.dropout.apply(weights) as Tensor) : weights;
      const attended = reshape(transpose(matMul(kept, heads('value')), [0, 2, 1, 3]), [-1, M]); // [B T, M]
      return reshape(this.parts.output.apply(attended) as Tensor, [-1, T, M]); // [B, T, M]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[0];
  }

  override getConfig(): Record<string, number> {
    return { ...this.options };
  }
}
