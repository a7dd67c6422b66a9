import type { layers } from '@tensorflow/tfjs-layers';
import { ConfigError, expected } from '@ctrflow/core';

/** Where a layer stands: once, in one model. */
const places = new WeakMap<layers.Layer, string>();

/**
 * Refuses layers whose weights would not be a function of (seed, path): one that stands somewhere already, and a plain tfjs layer that draws without a seed. Remembers the place of the others.
 *
 * @throws ConfigError that says what to use instead
 */
export function requirePlaceable(layer: layers.Layer, path: string): void {
  for (const [below, part] of partsOf(layer, path)) {
    const before = places.get(part);
    if (before !== undefined) {
      const hint =
        'make a new layer for every path, inside assemble; to share weights, call what a.layer returned twice';
      throw new ConfigError(
        expected(`layer ${below}`, 'a layer that stands nowhere yet', `the one at ${before}`, hint),
      );
    }
    refuseUnseeded(part, below);
  }
  for (const [below, part] of partsOf(layer, path)) places.set(part, below);
}

/** A layer and everything inside it, with their paths. */
function partsOf(layer: layers.Layer, path: string): [string, layers.Layer][] {
  const sublayers = 'sublayers' in layer ? (layer.sublayers as Readonly<Record<string, layers.Layer>>) : {};
  return [[path, layer], ...Object.entries(sublayers).flatMap(([name, part]) => partsOf(part, `${path}/${name}`))];
}

/** tfjs keeps initializers as properties of a layer (`kernelInitializer`), those that draw with their seed; wrappers keep layers and cells. */
function refuseUnseeded(layer: object, path: string, seen = new Set<object>()): void {
  if (seen.has(layer) || 'sublayers' in layer) return; // layers of ctrflow draw by (seed, path)
  seen.add(layer);
  for (const [name, value] of Object.entries(layer).flatMap(([key, part]: [string, unknown]) =>
    (Array.isArray(part) ? part : [part]).map((each: unknown) => [key, each] as const),
  )) {
    if (typeof value !== 'object' || value === null) continue;
    if ('seed' in value && 'apply' in value && (value.seed === undefined || value.seed === null)) {
      const hint = `use a layer of @ctrflow/layers (Dense, MLP, ...), or give ${name} a seed made of the model's seed, as initializers.glorotNormal({ seed })`;
      throw new ConfigError(expected(`layer ${path}`, 'weights that the seed decides', `a ${name} without a seed`, hint)); // prettier-ignore
    }
    if ('apply' in value && 'getConfig' in value && 'trainableWeights' in value) refuseUnseeded(value, path, seen);
  }
}
