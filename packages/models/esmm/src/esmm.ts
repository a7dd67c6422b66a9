import { add, concat, logSumExp, neg } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { SchemaError, expected, recordOf } from '@ctrflow/core';
import type { TargetSpec } from '@ctrflow/features';
import { MLP, flatten } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { options } from './options';
import type { ESMMOptions } from './options';

/**
 * ESMM: two towers on the same embeddings give the probability of a click and that of a purchase after a click; what is learned is their first, and their product, on all
 * impressions: `p(click, purchase) = p(click) p(purchase | click)`.
 *
 * The schema's first target is the click, its second one the purchase, 1 where both happened. Outputs of their names are logits of both, `conversion` is the logit of a purchase after a click.
 *
 * Shapes: embeddings `[B, F, D]` -> `[B, F D]` -> two MLPs -> logits `[B, 1]`.
 *
 * @example
 * const model = esmm(schema, { hiddenUnits: [64, 32] }); // a schema with `targets: [{ name: 'click', kind: 'binary' }, { name: 'purchase', kind: 'binary' }]`
 * @throws SchemaError when the schema's targets are not two binary ones, or when fields ask for different embedding sizes
 * @see Ma, Zhao, Huang, Wang, Hu, Zhu, Gai: Entire space multi-task model: an effective approach for estimating post-click conversion rate. SIGIR 2018, equations 1 to 3.
 */
export const esmm: ModelFactory<ESMMOptions> = defineModel({
  name: 'esmm',
  version: 1,
  summary:
    'Clicks and purchases from all impressions: the probability of a purchase is that of a click times that of a purchase after it.',
  paper:
    'Ma, Zhao, Huang, Wang, Hu, Zhu, Gai: Entire Space Multi-Task Model: An Effective Approach for Estimating Post-Click Conversion Rate. SIGIR 2018.',
  options,
  assemble(a, { hiddenUnits, activation, dropout, batchNorm }) {
    const [click, purchase] = clickAndPurchase(a.targets);
    const network = (): MLP => new MLP({ hiddenUnits, outputUnits: 1, activation, dropout, batchNorm });
    const embeddings = a.embeddings();
    const clickTower = a.layer('tower/click', network());
    const conversionTower = a.layer('tower/conversion', network());
    return () => {
      const x = flatten(embeddings()); // [B, F D]
      const clicked = clickTower(x); // [B, 1]
      const converted = conversionTower(x); // [B, 1]
      return recordOf<Tensor>([
        ['conversion', converted],
        [click, clicked],
        [purchase, ofBoth(clicked, converted)],
      ]);
    };
  },
});

/**
 * The logit of the product of two probabilities, from their logits a and b: `-ln(e^-a + e^-b + e^-(a + b))`, because `1 / p = (1 + e^-a)(1 + e^-b)`. Finite wherever they are.
 *
 * Shapes: `[B, 1], [B, 1] -> [B, 1]`.
 */
function ofBoth(a: Tensor2D, b: Tensor2D): Tensor2D {
  return neg(logSumExp<Tensor2D>(neg(concat([a, b, add(a, b)], 1)), 1, true));
}

/** Names of the two targets. */
function clickAndPurchase(targets: readonly TargetSpec[]): readonly [click: string, purchase: string] {
  const names = targets.map(({ name }) => name);
  if (targets.length === 2 && targets.every(({ kind }) => kind === 'binary')) return [names[0], names[1]];
  const got = targets.map(({ name, kind }) => `${name} (${kind})`).join(', ');
  const hint = "declare targets: [{ name: 'click', kind: 'binary' }, { name: 'purchase', kind: 'binary' }]";
  throw new SchemaError(expected('esmm', 'two binary targets, the click and the purchase', got === '' ? 'none' : got, hint)); // prettier-ignore
}
