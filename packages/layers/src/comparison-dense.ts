import { add, concat, expandDims, matMul, mul, reshape, slice, sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { LayerVariable, Shape } from '@tensorflow/tfjs-layers';
import { ShapeError, checkInteger, checkKnownOptions, expected } from '@ctrflow/core';
import { CtrLayer } from './layer';

/** Options of {@link ComparisonDense}. */
export interface ComparisonDenseOptions {
  /** H. */
  readonly units: number;
}

/**
 * A linear map of a query compared with every event of a history: `y_t = [q, k_t, q - k_t, q * k_t, s_t] W + b`, computed without that matrix as
 * `q (Wq + Wd) + k_t (Wk - Wd) + (q * k_t) Wp + s_t Ws + b`: the query's part once a row instead of T times.
 *
 * Shapes: inputs query `[B, Q]`, keys `[B, T, Q]`, and, if there are any, sides `[B, T, S]` (columns of the events that the query has not) -> output `[B, T, H]`; or one event a query,
 * keys `[N, Q]`, sides `[N, S]` -> `[N, H]`. Weights `kernel [4 Q + S, H]`, its rows in the order above, and `bias [H]`.
 *
 * @throws ShapeError when query and keys differ in size
 * @see Zhou et al.: Deep Interest Network for click-through rate prediction. KDD 2018, figure 2.
 */
export class ComparisonDense extends CtrLayer {
  static className = 'CtrflowComparisonDense';
  private readonly units: number;
  private kernel!: LayerVariable;
  private bias!: LayerVariable;

  constructor(options: ComparisonDenseOptions) {
    super({});
    checkKnownOptions('ComparisonDense', options, ['units']);
    const { units } = options;
    this.units = checkInteger('ComparisonDense', 'units', units, { min: 1 });
  }

  override build(inputShape: Shape | Shape[]): void {
    const [query, keys, sides] = inputShape as Shape[];
    const Q = query.at(-1) ?? 0;
    if (keys === undefined || keys.length < 2 || keys.at(-1) !== Q)
      throw new ShapeError(expected(this.path, `keys [B, T, ${Q}]`, keys));
    this.kernel = this.weight('kernel', [4 * Q + (sides?.at(-1) ?? 0), this.units], { kind: 'xavier-normal' });
    this.bias = this.weight('bias', [this.units], { kind: 'constant', value: 0 });
    this.built = true;
  }

  override call(inputs: Tensor | Tensor[]): Tensor {
    const [query, keys, sides] = inputs as Tensor[];
    const Q = query.shape[1]!;
    const H = this.units;
    return tidy(() => {
      const kernel = this.kernel.read() as Tensor2D;
      const [wq, wk, wd, wp] = [0, 1, 2, 3].map((i) => slice(kernel, [i * Q, 0], [Q, H])); // [Q, H]
      const ws = sides === undefined ? [] : [slice(kernel, [4 * Q, 0], [-1, H])]; // [S, H]
      if (keys.rank === 2) {
        const compared = concat(
          [query, keys, mul(query, keys), ...(sides === undefined ? [] : [sides])] as Tensor2D[],
          1,
        ); // [N, 3 Q + S]
        return add(matMul(compared, concat([add(wq, wd), sub(wk, wd), wp, ...ws], 0)), this.bias.read()); // [N, H]
      }
      const T = keys.shape[1]!;
      const ofQuery = add(matMul(query, add(wq, wd)), this.bias.read()); // [B, H]
      const products = mul(expandDims(query, 1), keys); // [B, T, Q]
      let ofEvents = add(map(keys, sub(wk, wd)), map(products, wp)); // [B T, H]
      if (sides !== undefined) ofEvents = add(ofEvents, map(sides, ws[0]));
      return add(reshape(ofEvents, [-1, T, H]), expandDims(ofQuery, 1)); // [B, T, H]
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    const [, keys] = inputShape as Shape[];
    return [...keys.slice(0, -1), this.units];
  }

  override getConfig(): { units: number } {
    return { units: this.units };
  }
}

/** `[B, T, Q] [Q, H] -> [B T, H]`. */
function map(x: Tensor, kernel: Tensor): Tensor {
  return matMul(reshape(x, [-1, (x as Tensor3D).shape[2]]), kernel);
}
