import { expandDims, matMul, softmax, squeeze, stack } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { SchemaError, expected, recordOf } from '@ctrflow/core';
import type { TargetSpec } from '@ctrflow/features';
import { Dense, MLP, flatten } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import type { ModelFactory } from '@ctrflow/model-kit';
import { options } from './options';
import type { MMoEOptions } from './options';

/**
 * MMoE: E experts read the same embeddings; for each target k a gate mixes them, and a tower predicts: `y_k = h_k(sum_e softmax(W_k x)_e f_e(x))`.
 *
 * Shapes: embeddings `[B, F, D]` -> `[B, F D]` -> experts `[B, E, H]` -> for each target a mixture `[B, H]` -> tower -> an output of the target's name, `[B, 1]`, of K classes `[B, K]`.
 *
 * @example
 * const model = mmoe(schema, { numExperts: 4, expertUnits: [64, 32], towerUnits: [16] }); // a schema with `targets: [{ name: 'click', kind: 'binary' }, ...]`
 * @throws SchemaError when the schema has no target, or when fields ask for different embedding sizes
 * @see Ma, Zhao, Yi, Chen, Hong, Chi: Modeling task relationships in multi-task learning with multi-gate mixture-of-experts. KDD 2018, equations 5 to 7.
 */
export const mmoe: ModelFactory<MMoEOptions> = defineModel({
  name: 'mmoe',
  version: 1,
  summary: 'Several targets at once: experts that all share, mixed for each by a gate of its own.',
  paper:
    'Ma, Zhao, Yi, Chen, Hong, Chi: Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts. KDD 2018.',
  options,
  assemble(a, { numExperts, expertUnits, towerUnits, activation, dropout, batchNorm }) {
    if (a.targets.length === 0)
      throw new SchemaError(expected('mmoe', 'a schema with one target or more', 'none', "declare targets, such as { name: 'click', kind: 'binary' }")); // prettier-ignore
    const hidden = { activation, dropout, batchNorm };
    const embeddings = a.embeddings();
    const experts = Array.from({ length: numExperts }, (_, e) =>
      a.layer(`expert_${e + 1}`, new MLP({ hiddenUnits: expertUnits, ...hidden })),
    );
    const tasks = a.targets.map((target) => ({
      name: target.name,
      gate: a.layer(`gate/${target.name}`, new Dense({ units: numExperts, bias: false })),
      tower: a.layer(`tower/${target.name}`, new MLP({ hiddenUnits: towerUnits, outputUnits: numbersOf(target), ...hidden })), // prettier-ignore
    }));
    return () => {
      const x = flatten(embeddings()); // [B, F D]
      const ofExperts = experts.map((expert) => expert(x)); // each [B, H]
      const views = stack(ofExperts, 1) as Tensor3D; // [B, E, H]
      return recordOf(tasks.map(({ name, gate, tower }) => [name, tower(mixture(views, softmax(gate(x))))]));
    };
  },
});

/** `sum_e g_e f_e`: `[B, E, H], [B, E] -> [B, H]`. */
function mixture(views: Tensor3D, shares: Tensor2D): Tensor2D {
  return squeeze(matMul(expandDims<Tensor3D>(shares, 1), views), [1]);
}

/** What a tower gives: a logit, a number, or a logit of each class. */
function numbersOf(target: TargetSpec): number {
  return target.kind === 'class' ? target.classes.length : 1;
}
