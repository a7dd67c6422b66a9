import { add, concat, mul, pad, reshape, slice, softmax, sub, sum, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { Shape, layers } from '@tensorflow/tfjs-layers';
import { checkInteger, checkKnownOptions, checkObject, checkOneOf, checkSwitch, checkUnits } from '@ctrflow/core';
import { activations } from './activation';
import { ComparisonDense } from './comparison-dense';
import { Dense } from './dense';
import { activationLayer, hiddenActivationNames, isPlainActivation } from './hidden-activation';
import type { HiddenActivationName } from './hidden-activation';
import { CtrLayer } from './layer';
import { pack, packRows, packedWeights, unpack } from './packing';
import type { ListPacking } from './packing';
import { currentStep } from './step';

/** Which positions the statistics of Dice count: events only, or padding too, up to the longest history there can be. */
export type DiceStatistics = 'real' | { readonly paddedTo: number };

/** Options of {@link LocalActivationUnit}. */
export interface LocalActivationUnitOptions {
  /** H of each hidden layer, one or more. Default `[36]`, as in the paper. */
  readonly hiddenUnits?: readonly number[];
  /** Default `dice`. */
  readonly activation?: HiddenActivationName;
  /** The weights of a row sum to 1. Default false, as in the paper: their sum tells how strong the interest is. */
  readonly softmax?: boolean;
  /** Default `real`. */
  readonly diceStatistics?: DiceStatistics;
}

/** What {@link LocalActivationUnit} may be told besides its inputs. */
export interface LocalActivationUnitCall {
  /** Where the events are: padding is then not computed. Results are the same. */
  readonly packing?: ListPacking | undefined;
}

/**
 * The local activation unit: the weight of every event of a history, an MLP of the event compared with the query, `a_t = MLP([q, k_t, q - k_t, q * k_t, s_t])`, with or
 * without a softmax over the events.
 *
 * Shapes: inputs query `[B, Q]`, keys `[B, T, Q]`, mask `[B, T]` (1 where an event is, 0 where padding), and sides `[B, T, S]` if there are any -> weights `[B, T]`, 0 where
 * padding. Weights of the layer: `dense_1/kernel [4 Q + S, H]` (see `ComparisonDense`), `dice_1/alpha`, `dense_2/kernel`, ..., `output/kernel [H, 1]`, and
 * `output/bias` without softmax, which would not see it.
 *
 * Padding has no influence on anything. With `diceStatistics: { paddedTo: T }` the statistics of Dice count `T - length` padding positions of zero vectors in every row, as the field's
 * reference does, which computes them: here they are one position of that weight.
 *
 * @throws ConfigError for an option out of range
 * @see Zhou et al.: Deep Interest Network for click-through rate prediction. KDD 2018, equation 3 and figure 2.
 */
export class LocalActivationUnit extends CtrLayer<(inputs: Tensor[], how?: LocalActivationUnitCall) => Tensor2D> {
  static className = 'CtrflowLocalActivationUnit';
  private readonly options: Required<LocalActivationUnitOptions>;
  private readonly parts: Record<string, layers.Layer> = {};

  constructor(options: LocalActivationUnitOptions = {}) {
    super({});
    checkKnownOptions('LocalActivationUnit', options, ['hiddenUnits', 'activation', 'softmax', 'diceStatistics']);
    this.options = { hiddenUnits: [36], activation: 'dice', softmax: false, diceStatistics: 'real', ...options };
    const { hiddenUnits, activation, softmax: normalized, diceStatistics } = this.options;
    checkOneOf('LocalActivationUnit', 'activation', activation, hiddenActivationNames);
    checkSwitch('LocalActivationUnit', 'softmax', normalized);
    if (diceStatistics !== 'real') checkInteger('LocalActivationUnit', 'diceStatistics.paddedTo', checkObject('LocalActivationUnit', '"real" or { paddedTo } for diceStatistics', diceStatistics).paddedTo, { min: 1 }); // prettier-ignore
    checkUnits('LocalActivationUnit', 'hiddenUnits', hiddenUnits, { nonEmpty: true });
    hiddenUnits.forEach((units, i) => {
      this.parts[`dense_${i + 1}`] = i === 0 ? new ComparisonDense({ units }) : new Dense({ units });
      const withWeights = activationLayer(activation);
      if (withWeights !== undefined) this.parts[`${activation}_${i + 1}`] = withWeights;
    });
    this.parts.output = new Dense({ units: 1, bias: !normalized });
  }

  override get sublayers(): Readonly<Record<string, layers.Layer>> {
    return this.parts;
  }

  override call(inputs: Tensor | Tensor[], { packing }: LocalActivationUnitCall = {}): Tensor {
    const [query, keys, mask, sides] = inputs as [Tensor2D, Tensor3D, Tensor2D, Tensor3D?];
    return tidy(() => {
      const packs = packing !== undefined && this.options.diceStatistics === 'real';
      const scores = packs ? this.packedScores(query, keys, sides, packing) : this.scores(query, keys, mask, sides); // [B, T]
      if (!this.options.softmax) return mul(scores, mask);
      const masked = add(scores, mul(sub(mask, 1), 1e9)); // [B, T]
      return mul(softmax(masked), mask); // a history without events has the weights 0
    });
  }

  override computeOutputShape(inputShape: Shape | Shape[]): Shape {
    return (inputShape as Shape[])[2];
  }

  override getConfig(): Record<string, string | number | boolean | number[]> {
    const { hiddenUnits, diceStatistics, ...rest } = this.options;
    const paddedTo = diceStatistics === 'real' ? {} : { paddedTo: diceStatistics.paddedTo };
    return { ...rest, hiddenUnits: [...hiddenUnits], ...paddedTo };
  }

  /** What the MLP says of every event, computed for events only. */
  private packedScores(query: Tensor2D, keys: Tensor3D, sides: Tensor3D | undefined, packing: ListPacking): Tensor {
    const T = keys.shape[1];
    const compared = [packRows(query, packing), pack(keys, packing), sides && pack(sides, packing)]; // [N, Q], [N, Q], [N, S]
    const scores = this.mlp(compared, packedWeights(packing), this.options.hiddenUnits); // [N, 1]
    return reshape(unpack(scores as Tensor2D, packing, T), [-1, T]);
  }

  /** What the MLP says of every position. */
  private scores(query: Tensor2D, keys: Tensor3D, mask: Tensor2D, sides: Tensor3D | undefined): Tensor {
    const { hiddenUnits, diceStatistics } = this.options;
    const T = keys.shape[1];
    if (diceStatistics === 'real' || currentStep()?.training !== true)
      return reshape(this.mlp([query, keys, sides], reshape(mask, [-1, 1]), hiddenUnits), [-1, T]);
    const missing = sub(diceStatistics.paddedTo, sum(mask, 1, true)); // [B, 1]
    const more = (x: Tensor3D): Tensor3D => pad(x, [[0, 0], [0, 1], [0, 0]]); // prettier-ignore
    const counts = reshape(concat([mask, missing], 1), [-1, 1]); // [B (T + 1), 1]
    const all = this.mlp([query, more(keys), sides === undefined ? undefined : more(sides)], counts, hiddenUnits);
    return slice(reshape(all, [-1, T + 1]), [0, 0], [-1, T]);
  }

  /** Positions, each with how often the statistics of Dice count it `[B T, 1]`, to scores `[B T, 1]`. */
  private mlp(compared: readonly (Tensor | undefined)[], counts: Tensor, hiddenUnits: readonly number[]): Tensor {
    const { activation } = this.options;
    let x = this.parts.dense_1.apply(compared.filter((input) => input !== undefined)) as Tensor; // [B, T, H]
    hiddenUnits.forEach((units, i) => {
      x = i === 0 ? reshape(x, [-1, units]) : (this.parts[`dense_${i + 1}`].apply(x) as Tensor); // [B T, H]
      if (isPlainActivation(activation)) x = activations[activation](x);
      else x = this.parts[`${activation}_${i + 1}`].apply(activation === 'dice' ? [x, counts] : x) as Tensor;
    });
    return this.parts.output.apply(x) as Tensor;
  }
}
