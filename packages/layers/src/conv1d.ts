import { add, concat, matMul, pad, reshape, slice, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, checkInteger, checkKnownOptions, checkOneOf, expected } from '@ctrflow/core';
import { CtrLayer } from './layer';

/** Options of {@link Conv1D}. */
export interface Conv1DOptions {
  /** H: channels of the output. */
  readonly filters: number;
  /** K: steps that a filter sees. Default 3. */
  readonly kernelSize?: number;
  /**
   * `same`: zeros on both ends keep T (the longer half at the end when K is even); `causal`: K - 1 zeros at the beginning, so that a place sees nothing later;
   * `valid`: none, T - K + 1 places stay. Default `same`.
   */
  readonly padding?: 'same' | 'causal' | 'valid';
}

/**
 * A convolution over time (a cross-correlation, as everywhere in deep learning): `y_t = sum_k x_(t + k - before) W_k + b`.
 *
 * Shapes: input `[B, T, C]` -> output `[B, T, H]` (`[B, T - K + 1, H]` for `valid`); weights `kernel [K, C, H]` (Xavier normal, K counts for both fans) and
 * `bias [H]` (0). Computed as one matrix product over shifted copies of the input, `[B T, K C] [K C, H]`.
 *
 * @throws ShapeError when the input has not three axes, or is shorter than a `valid` filter
 * @see LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition. Proceedings of the IEEE 1998.
 */
export class Conv1D extends CtrLayer<(input: Tensor3D) => Tensor3D> {
  static className = 'CtrflowConv1D';
  private readonly options: Required<Conv1DOptions>;
  private kernel!: LayerVariable;
  private offset!: LayerVariable;

  /** @throws ConfigError for an option out of range */
  constructor(options: Conv1DOptions) {
    super({});
    checkKnownOptions('Conv1D', options, ['filters', 'kernelSize', 'padding']);
    this.options = { kernelSize: 3, padding: 'same', ...options };
    const { filters, kernelSize, padding } = this.options;
    checkInteger('Conv1D', 'filters', filters, { min: 1 });
    checkInteger('Conv1D', 'kernelSize', kernelSize, { min: 1 });
    checkOneOf('Conv1D', 'padding', padding, ['same', 'causal', 'valid']);
  }

  override build(inputShape: Shape | Shape[]): void {
    const C = checkInteger(this.path, 'the last axis of its input', (inputShape as Shape).at(-1), { min: 1 });
    const { filters, kernelSize } = this.options;
    this.kernel = this.weight('kernel', [kernelSize, C, filters], { kind: 'xavier-normal' });
    this.offset = this.weight('bias', [filters], { kind: 'constant', value: 0 });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const input = this.only(inputs);
    if (input.rank !== 3) throw new ShapeError(expected(this.path, 'a sequence [B, T, C]', input.shape));
    const { filters, kernelSize: K } = this.options;
    const [before, after] = this.zeros();
    const [, T, C] = input.shape;
    const length = T + before + after - K + 1;
    if (length < 1) throw new ShapeError(expected(this.path, `${K} steps or more, as kernelSize`, T));
    return tidy(() => {
      const padded = before + after === 0 ? input : pad(input, [[0, 0], [before, after], [0, 0]]); // prettier-ignore
      const shifted = Array.from({ length: K }, (_, k) => slice(padded as Tensor3D, [0, k, 0], [-1, length, C]));
      const windows: Tensor2D = reshape(K === 1 ? padded : concat(shifted, 2), [-1, K * C]); // [B T, K C]
      const kernel: Tensor2D = reshape(this.kernel.read(), [K * C, filters]);
      const product = matMul(windows, kernel);
      return reshape(add(product, this.offset.read()), [-1, length, filters]); // [B, T, H]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [B, T] = inputShape as Shape;
    const [before, after] = this.zeros();
    const { filters, kernelSize } = this.options;
    return [B, T === null ? null : T + before + after - kernelSize + 1, filters];
  }

  override getConfig(): { filters: number; kernelSize: number; padding: string } {
    return { ...this.options };
  }

  /** Zeros before and after the sequence. */
  private zeros(): [before: number, after: number] {
    const { kernelSize, padding } = this.options;
    const total = padding === 'valid' ? 0 : kernelSize - 1;
    const before = padding === 'causal' ? total : Math.floor(total / 2);
    return [before, total - before];
  }
}
