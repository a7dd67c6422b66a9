import { cast, equal, expandDims, matMul, reshape, tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions } from '@ctrflow/core';
import { CtrLayer } from './layer';

/** Options of {@link PositionEncoding}. */
export interface PositionEncodingOptions {
  /** N: positions 0 .. N - 1. */
  readonly numPositions: number;
  /** P. */
  readonly size: number;
}

/**
 * A trained vector for each position that begins as a sinusoid: `table[n, 2 i] = sin(n / 10000^(2 i / P))`, `table[n, 2 i + 1] = cos(...)`.
 *
 * Shapes: positions `[B, T]`, whole numbers as float32 -> vectors `[B, T, P]`, zero for a position outside of 0 .. N - 1; weight `table [N, P]`. Rows are found by a product with one-hot
 * positions, whose gradient is fast in every engine.
 *
 * @see Vaswani et al.: Attention is all you need. NIPS 2017, section 3.5.
 */
export class PositionEncoding extends CtrLayer<(places: Tensor2D) => Tensor3D> {
  static className = 'CtrflowPositionEncoding';
  private readonly options: PositionEncodingOptions;
  private table!: LayerVariable;

  /** @throws ConfigError for sizes below 1 */
  constructor(options: PositionEncodingOptions) {
    super({});
    checkKnownOptions('PositionEncoding', options, ['numPositions', 'size']);
    this.options = options;
    checkInteger('PositionEncoding', 'numPositions', options.numPositions, { min: 1 });
    checkInteger('PositionEncoding', 'size', options.size, { min: 1 });
  }

  override build(): void {
    const { numPositions, size } = this.options;
    this.table = this.weight('table', [numPositions, size], { kind: 'constant', value: 0 });
    tidy(() => {
      this.table.write(tensor(sinusoids(numPositions, size), [numPositions, size]));
    });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const { numPositions: N, size } = this.options;
    return tidy(() => {
      const positions = this.only(inputs); // [B, T]
      const all = tensor(Float32Array.from({ length: N }, (_, n) => n), [1, 1, N]); // prettier-ignore
      const oneHot = cast(equal(expandDims(positions, 2), all), 'float32'); // [B, T, N]
      const vectors = matMul(reshape(oneHot, [-1, N]), this.table.read() as Tensor2D); // [B T, P]
      return reshape(vectors, [-1, (positions as Tensor2D).shape[1], size]); // [B, T, P]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return [...(inputShape as Shape), this.options.size];
  }

  override getConfig(): Record<string, number> {
    return { ...this.options };
  }
}

/** `[N, P]`: a sine and a cosine for each wavelength. */
function sinusoids(numPositions: number, size: number): Float32Array {
  return Float32Array.from({ length: numPositions * size }, (_, at) => {
    const [n, i] = [Math.floor(at / size), at % size];
    const angle = n / 10_000 ** ((i - (i % 2)) / size);
    return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
