import { tensor, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { initializers, layers } from '@tensorflow/tfjs-layers';
import type { LayerVariable } from '@tensorflow/tfjs-layers';
import {
  ConfigError,
  MAX_WEIGHTS,
  ShapeError,
  expected,
  fillNormal,
  fillUniform,
  foldIn,
  randomKey,
  withScope,
} from '@ctrflow/core';

/** How a weight begins. */
export type WeightInitializer =
  | { readonly kind: 'constant'; readonly value: number }
  /** Normal with standard deviation sqrt(2 / (fanIn + fanOut)) (Glorot, Bengio 2010), as the field's reference. */
  | { readonly kind: 'xavier-normal' }
  | { readonly kind: 'normal'; readonly stdDev: number }
  /** Uniform in [-limit, limit). */
  | { readonly kind: 'uniform'; readonly limit: number };

/** How a layer is called that keeps the rank of its input: `[B, K] -> [B, H]`, `[B, T, K] -> [B, T, H]`. */
export type RankKept = <X extends Tensor>(input: X) => X;

/**
 * Base of ctrflow's layers: a tfjs layer whose weights begin as a function of (seed, path, weight), whatever else was built before, and
 * that may consist of other layers. Usable in any tfjs program; nothing is registered at import. `Call` says how it is called, such as `(embeddings: Tensor3D) => Tensor2D`.
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- `Call` is there to be read from the outside
export abstract class CtrLayer<Call = unknown> extends layers.Layer {
  /** For the compiler only: what the layer takes and gives, ranks included, so that a model needs no casts. */
  declare readonly signature: Call;
  /** Seeds initial weights, together with the layer's path. */
  seed = 0;
  /** Where the layer stands in its model (`deep/dense_1`): names of weights, initial values and dropout masks follow it. */
  path = this.name;
  /** Layers that this one consists of, by name. */
  get sublayers(): Readonly<Record<string, layers.Layer>> {
    return {};
  }

  /** Adds a weight that begins as `initializer` says. */
  protected weight(
    name: string,
    shape: readonly number[],
    initializer: WeightInitializer,
    trainable = true,
  ): LayerVariable {
    if (shape.reduce((size, length) => size * length, 1) > MAX_WEIGHTS)
      throw new ConfigError(expected(`${this.path}/${name}`, `at most ${MAX_WEIGHTS} weights`, `[${shape.join(', ')}]`, 'choose a smaller layer')); // prettier-ignore
    const added = this.addWeight(name, [...shape], 'float32', initializers.zeros(), undefined, trainable);
    const values = initialValues(shape, initializer, this.seed, `${this.path}/${name}`);
    tidy(() => {
      added.write(tensor(values, [...shape]));
    });
    return added;
  }

  override get trainableWeights(): LayerVariable[] {
    return [...super.trainableWeights, ...Object.values(this.sublayers).flatMap((layer) => layer.trainableWeights)];
  }

  override set trainableWeights(weights: LayerVariable[]) {
    super.trainableWeights = weights;
  }

  override get nonTrainableWeights(): LayerVariable[] {
    const nested = Object.values(this.sublayers).flatMap((layer) => layer.nonTrainableWeights);
    return [...super.nonTrainableWeights, ...nested];
  }

  override set nonTrainableWeights(weights: LayerVariable[]) {
    super.nonTrainableWeights = weights;
  }

  /** As every layer; what happens inside is known under the layer's path. */
  override apply(...args: Parameters<layers.Layer['apply']>): ReturnType<layers.Layer['apply']> {
    return withScope(this.path, () => super.apply(...args));
  }

  /** The one input of a layer that takes one. */
  protected only(inputs: Tensor | Tensor[]): Tensor {
    if (!Array.isArray(inputs)) return inputs;
    if (inputs.length === 1) return inputs[0];
    throw new ShapeError(expected(this.path, 'one input', `${inputs.length} inputs`));
  }
}

/** Gives a layer and everything inside its place: call before the layer is built. */
export function placeLayer(layer: layers.Layer, path: string, seed: number): void {
  layer.name = path;
  if (!(layer instanceof layers.Layer) || !('sublayers' in layer)) return;
  const own = layer as CtrLayer;
  own.path = path;
  own.seed = seed;
  for (const [name, sublayer] of Object.entries(own.sublayers)) placeLayer(sublayer, `${path}/${name}`, seed);
}

/** A weight of a layer tree by its path. */
export interface LayerWeight {
  readonly path: string;
  readonly weight: LayerVariable;
}

/** All weights of a layer and everything inside, by path: `deep` gives `deep/dense_1/kernel` and so on. */
export function weightsByPath(layer: layers.Layer, path: string): LayerWeight[] {
  const sublayers = 'sublayers' in layer ? (layer as CtrLayer).sublayers : {};
  const nested = Object.entries(sublayers).flatMap(([name, sublayer]) => weightsByPath(sublayer, `${path}/${name}`));
  const inside = new Set(nested.map(({ weight }) => weight));
  const own = layer.weights.filter((weight) => !inside.has(weight));
  return [...own.map((weight) => ({ path: `${path}/${shortName(weight.originalName)}`, weight })), ...nested];
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The values that a weight begins with: a function of (seed, path). */
export function initialValues(
  shape: readonly number[],
  initializer: WeightInitializer,
  seed: number,
  path: string,
): Float32Array {
  const values = new Float32Array(shape.reduce((size, length) => size * length, 1));
  if (initializer.kind === 'constant') return values.fill(initializer.value);
  const key = foldIn(randomKey(seed), 'weight', path);
  if (initializer.kind === 'uniform') return fillUniform(key, values, -initializer.limit, initializer.limit);
  const [fanIn, fanOut] = fans(shape);
  const stdDev = initializer.kind === 'normal' ? initializer.stdDev : Math.sqrt(2 / (fanIn + fanOut));
  return fillNormal(key, values, 0, stdDev);
}

/** Inputs and outputs of a kernel `[..., in, out]`; the axes before count for both, as in a convolution. */
function fans(shape: readonly number[]): [number, number] {
  const receptive = shape.slice(0, -2).reduce((size, length) => size * length, 1);
  return [(shape.at(-2) ?? 1) * receptive, (shape.at(-1) ?? 1) * receptive];
}
