import { tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D, Variable } from '@tensorflow/tfjs-core';
import type { layers as tfLayers } from '@tensorflow/tfjs-layers';
import type { TableGroup } from '@ctrflow/embeddings';
import type { FeatureSchema } from '@ctrflow/features';
import { placeLayer, weightsByPath } from '@ctrflow/layers';
import { modelBrand } from '@ctrflow/model-kit';
import type { CtrModel, Feed, NamedWeight, Outputs } from '@ctrflow/model-kit';

const SEED = 2021;

/** What a bare model consists of. */
export interface BareModelParts<L extends string> {
  readonly name: string;
  readonly schema: FeatureSchema;
  readonly groups: readonly TableGroup[];
  readonly feeds: readonly Feed[];
  /** By path. */
  readonly layers: Readonly<Record<L, tfLayers.Layer>>;
  readonly forward: (
    feeds: Readonly<Record<string, Tensor>>,
    layers: Readonly<Record<L, (input: Tensor | Tensor[]) => Tensor>>,
  ) => Tensor2D;
}

/** A model given by its feeds and its layers, for what `defineModel` does not assemble: plain numbers, unpooled histories. */
export function bareModel<L extends string>(parts: BareModelParts<L>): CtrModel {
  return modelBrand.mark(new BareModel(parts));
}

class BareModel<L extends string> implements CtrModel {
  readonly version = 1;
  readonly outputs = ['logit'];
  readonly options = { seed: SEED };
  readonly name: string;
  readonly schema: FeatureSchema;
  readonly groups: readonly TableGroup[];
  readonly feeds: readonly Feed[];
  private readonly placed: Readonly<Record<L, (input: Tensor | Tensor[]) => Tensor>>;
  private built: readonly NamedWeight[] | undefined;

  constructor(private readonly parts: BareModelParts<L>) {
    ({ name: this.name, schema: this.schema, groups: this.groups, feeds: this.feeds } = parts);
    const placed = this.layers().map(([path, layer]) => {
      placeLayer(layer, path, SEED);
      return [path, (input: Tensor | Tensor[]) => layer.apply(input) as Tensor];
    });
    this.placed = Object.fromEntries(placed) as typeof this.placed;
  }

  get weights(): readonly NamedWeight[] {
    return (this.built ??= this.build());
  }

  get numParameters(): number {
    const dense = this.weights.filter(({ trainable }) => trainable);
    const tables = this.groups.reduce((sum, { numRows, dim }) => sum + numRows * dim, 0);
    return dense.reduce((sum, { variable }) => sum + variable.size, tables);
  }

  forward(feeds: Readonly<Record<string, Tensor>>): Outputs {
    return tidy(() => ({ logit: this.parts.forward(feeds, this.placed) }));
  }

  dispose(): void {
    for (const { variable } of this.built ?? []) variable.dispose();
    for (const group of this.groups) group.dispose();
  }

  /** Layers make their weights when they first see an input. */
  private build(): readonly NamedWeight[] {
    tidy(() =>
      this.forward(Object.fromEntries(this.feeds.map((feed) => [feed.name, zeros(feed.shape({ B: 1, T: 1 }))]))),
    );
    return this.layers().flatMap(([layerPath, layer]) =>
      weightsByPath(layer, layerPath).map(({ path, weight }) => ({
        path,
        variable: weight.read() as Variable,
        trainable: weight.trainable,
        role: 'net' as const,
      })),
    );
  }

  private layers(): [string, tfLayers.Layer][] {
    return Object.entries<tfLayers.Layer>(this.parts.layers);
  }
}
