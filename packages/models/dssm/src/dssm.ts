import { add, div, mul, rsqrt, square, sum } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { ConfigError, SchemaError, expected, recordOf } from '@ctrflow/core';
import type { FeatureSchema, Slot } from '@ctrflow/features';
import { flatten } from '@ctrflow/layers';
import { inBatchSoftmax } from '@ctrflow/losses';
import { defineModel, tower } from '@ctrflow/model-kit';
import type { Assembly, ModelFactory } from '@ctrflow/model-kit';
import { itemIds } from './item-ids';
import { options } from './options';
import type { DSSMOptions } from './options';

/** Below the square of any vector's length: a vector of zeros stays one. */
const TINY = 1e-12;

/**
 * DSSM: a tower of the user and a tower of the item give vectors of length 1; `logit = u v / temperature`. Training holds the item of each positive row against those of the other rows of its batch.
 *
 * Outputs: `logit` `[B, 1]`, `user_vector` and `item_vector` `[B, D]`: a tower exported alone takes only the fields that it reads.
 *
 * Shapes: embeddings of each side `[B, F, D_e]` -> `[B, F D_e]` -> MLP -> vectors `[B, D]`.
 *
 * @example
 * const model = dssm(schema, { itemFields: ['item', 'category'], hiddenUnits: [64], vectorSize: 32 });
 * @throws ConfigError when a side has no field; SchemaError when the main target is not binary
 * @see Huang, He, Gao, Deng, Acero, Heck: Learning deep structured semantic models for web search using clickthrough data. CIKM 2013, equations 3 and 4.
 * @see Yi et al.: Sampling-bias-corrected neural modeling for large corpus item recommendations. RecSys 2019, section 3.
 */
export const dssm: ModelFactory<DSSMOptions> = defineModel({
  name: 'dssm',
  version: 1,
  summary: 'A tower of the user and one of the item, whose vectors are compared: for finding items among many.',
  paper:
    'Huang, He, Gao, Deng, Acero, Heck: Learning Deep Structured Semantic Models for Web Search using Clickthrough Data. CIKM 2013.',
  options,
  assemble(a, { itemFields, vectorSize, temperature, ...network }) {
    const [itemSlots, userSlots] = sidesOf(a.schema, itemFields);
    const side = (name: string, slots: readonly Slot[]): (() => Tensor2D) => {
      const inputs = inputsOf(a, name, slots);
      const vector = tower(a, `tower/${name}`, { ...network, outputUnits: vectorSize });
      return () => ofLengthOne(vector(inputs.map((input) => input())));
    };
    const user = side('user', userSlots);
    const item = side('item', itemSlots);
    const id = itemSlots.find((slot) => slot.kind === 'id' && slot.name === itemFields[0]);
    const ids = id === undefined ? () => undefined : a.feed(itemIds(id.name));
    return () => {
      const [u, v, itemId] = [user(), item(), ids()];
      const logit = div(sum(mul(u, v), 1, true), temperature); // [B, 1]
      return recordOf<Tensor>([['logit', logit], ['user_vector', u], ['item_vector', v], ...(itemId ? [['item_id', itemId] as const] : [])]); // prettier-ignore
    };
  },
  objectives(schema, { itemFields, temperature }) {
    const id = schema.slots.find(({ kind, name }) => kind === 'id' && name === itemFields[0]);
    const [target] = schema.targets.map(({ name }) => name);
    const loss = inBatchSoftmax({
      query: 'user_vector',
      item: 'item_vector',
      temperature,
      target,
      ...(id && { itemId: 'item_id' }),
    });
    return [{ name: 'retrieval', loss }];
  },
});

/** Slots of the item and of the user. */
function sidesOf(
  { slots, targets }: FeatureSchema,
  itemFields: readonly string[],
): readonly [item: Slot[], user: Slot[]] {
  const isOfItem = ({ name }: Slot): boolean => itemFields.includes(name.split(':')[0]); // `age:missing` is of `age`
  const sides = [slots.filter(isOfItem), slots.filter((slot) => !isOfItem(slot))] as const;
  const names = slots.map(({ name }) => name);
  const unknown = itemFields.find((field) => !names.includes(field));
  if (unknown !== undefined) throw new ConfigError(expected('dssm', `itemFields among ${names.join(', ')}`, unknown));
  if (sides.some((side) => side.length === 0))
    throw new ConfigError(expected('dssm', 'fields of the item and fields of the user', itemFields, "name the item's: itemFields: ['item', ...]")); // prettier-ignore
  if (targets[0]?.kind !== 'binary')
    throw new SchemaError(expected('dssm', 'a binary main target', targets[0]?.kind ?? 'none', 'positive rows are pairs of a user and an item that belong together')); // prettier-ignore
  return sides;
}

/** Embeddings side by side; ids and lists of both sides look up the same tables, numbers have vectors of their own side. */
function inputsOf(a: Assembly, side: string, slots: readonly Slot[]): (() => Tensor2D)[] {
  const parts = [
    { path: 'embedding', of: slots.filter(({ kind }) => kind !== 'value') },
    { path: side, of: slots.filter(({ kind }) => kind === 'value') },
  ].filter(({ of }) => of.length > 0);
  return parts.map(({ path, of }) => {
    const embeddings = a.embeddings({ path, slots: of.map(({ name }) => name) });
    return () => flatten(embeddings());
  });
}

/** `x / |x|`. */
function ofLengthOne(x: Tensor2D): Tensor2D {
  return mul(x, rsqrt(add(sum(square(x), 1, true), TINY)));
}
