import { foldIn, normalAt, recordOf } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { interactingPairs } from './config';
import type { ShopConfig, ShopField } from './config';

/** Values of a row's fields as indices. */
export type FieldValues = Readonly<Record<ShopField, number>>;

/**
 * The true model of a shop: `logit = bias + sum_f a_f(v_f) + sum_(f,g) <l_f(v_f), l_g(v_g)> + u_user + w_item`, with normal effects `a`, latent vectors `l` of each interacting pair, and
 * effects of single users and items.
 */
export class ShopTruth {
  private readonly effects: Readonly<Record<ShopField, Float64Array>>;
  private readonly pairs: readonly {
    readonly left: ShopField;
    readonly right: ShopField;
    readonly products: Float64Array;
    readonly width: number;
  }[];
  private readonly ids: { readonly users: Float64Array; readonly items: Float64Array };

  constructor(
    private readonly config: ShopConfig,
    key: RandomKey,
  ) {
    const names = Object.keys(config.fields) as ShopField[];
    this.effects = recordOf(
      names.map((name) => [name, normals(foldIn(key, 'effect', name), config.fields[name], config.linearScale)]),
    ) as Record<ShopField, Float64Array>;
    this.pairs = interactingPairs.map(([left, right]) => ({
      left,
      right,
      width: config.fields[right],
      products: this.products(left, right, key),
    }));
    this.ids = {
      users: normals(foldIn(key, 'user-effect'), config.numUsers, 1),
      items: normals(foldIn(key, 'item-effect'), config.numItems, 1),
    };
  }

  /** Logit of a row without its interactions: what an additive model could learn at best. */
  additiveLogit(values: FieldValues, user: number, item: number): number {
    const { bias, idScale } = this.config;
    let logit = bias + idScale * (this.ids.users[user] + this.ids.items[item]);
    for (const name in this.effects) logit += this.effects[name as ShopField][values[name as ShopField]];
    return logit;
  }

  /** The true logit of a row. */
  logit(values: FieldValues, user: number, item: number): number {
    let logit = this.additiveLogit(values, user, item);
    for (const { left, right, products, width } of this.pairs) logit += products[values[left] * width + values[right]];
    return logit;
  }

  /** Products of two fields' latent vectors, centred in both directions so that no additive model can have a part of them. */
  private products(left: ShopField, right: ShopField, key: RandomKey): Float64Array {
    const { fields, latentDim, pairScale } = this.config;
    const [rows, columns] = [fields[left], fields[right]];
    const scale = Math.sqrt(pairScale / Math.sqrt(latentDim));
    const a = centred(normals(foldIn(key, 'latent', left, right, 0), rows * latentDim, scale), latentDim);
    const b = centred(normals(foldIn(key, 'latent', left, right, 1), columns * latentDim, scale), latentDim);
    const products = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        for (let d = 0; d < latentDim; d++) products[i * columns + j] += a[i * latentDim + d] * b[j * latentDim + d];
      }
    }
    return products;
  }
}

/** `size` normal numbers with standard deviation `scale`. */
export function normals(key: RandomKey, size: number, scale: number): Float64Array {
  return Float64Array.from({ length: size }, (_, i) => scale * normalAt(key, i));
}

/** Subtracts the mean vector from each row. */
export function centred(vectors: Float64Array, dim: number): Float64Array {
  const rows = vectors.length / dim;
  for (let d = 0; d < dim; d++) {
    let mean = 0;
    for (let i = d; i < vectors.length; i += dim) mean += vectors[i] / rows;
    for (let i = d; i < vectors.length; i += dim) vectors[i] -= mean;
  }
  return vectors;
}
