import { mul, reshape, sum } from '@tensorflow/tfjs-core';
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { AttentionGRU, GRU, MLP, sideBySide } from '@ctrflow/layers';
import { eventsOf, readHistory, targetAttention } from '@ctrflow/model-kit';
import type { Assembly, History } from '@ctrflow/model-kit';
import { auxiliaryLoss, innerProduct, networkJudge } from './auxiliary-loss';
import type { AuxiliaryInputs, Judge } from './auxiliary-loss';
import type { DIENOptions } from './options';

type Options = Required<DIENOptions> & { readonly embeddingDim: number };

/**
 * The interest in a target that a history speaks of, after its last event: extraction by a GRU (with the auxiliary loss in training), attention, evolution.
 *
 * Shapes: embeddings of the fields `[B, F, D]`, the target's among them -> vectors `[B, H]`, H = C D for a history of C columns.
 */
export function interest(
  a: Assembly,
  history: History,
  k: number,
  options: Options,
): (embeddings: Tensor3D) => Tensor2D[] {
  const { evolution, attentionSoftmax, sumPooling, resetAfter, embeddingDim: D } = options;
  const columns = [...history.pairs.map(({ sequence }) => sequence), ...history.sides].map(({ name }) => name);
  const units = columns.length * D;
  const read = readHistory(a, history);
  const extract = a.layer(`extractor_${k}`, new GRU({ units, resetAfter, returnSequences: true }));
  const auxiliary = auxiliaryOf(a, columns, k, options);
  const attention = { ...options, softmax: attentionSoftmax };
  const attend = evolution === 'gru' ? undefined : targetAttention(a, `attention_${k}`, attention);
  const evolve = a.layer(
    `evolution_${k}`,
    evolution === 'gru' ? new GRU({ units, resetAfter }) : new AttentionGRU({ units, resetAfter, kind: evolution }),
  );
  return (embeddings) => {
    const tensors = read(embeddings);
    const { query: target, mask } = tensors; // [B, A], [B, T]
    const events = eventsOf(tensors); // [B, T, H]
    const states = extract([events, mask]) as Tensor3D; // [B, T, H]
    auxiliary?.({ states, events, mask });
    const last = evolve(attend === undefined ? [states, mask] : [states, attend(target, states, mask), mask]);
    const found = [last as Tensor2D]; // [B, H]
    return sumPooling ? [...found, ...pooled(events, mask, target)] : found;
  };
}

/** Adds the auxiliary loss to a step of training. */
function auxiliaryOf(
  a: Assembly,
  columns: readonly string[],
  k: number,
  { auxiliaryWeight, auxiliaryUnits, auxiliaryActivation: activation }: Options,
): ((inputs: Omit<AuxiliaryInputs, 'negatives'>) => void) | undefined {
  if (auxiliaryWeight === 0) return undefined;
  const drawn = columns.map((name) => a.negatives(name, { like: columns[0] }));
  const judge: Judge =
    auxiliaryUnits.length === 0
      ? innerProduct
      : networkJudge(a.layer(`auxiliary_${k}`, new MLP({ hiddenUnits: auxiliaryUnits, outputUnits: 1, activation })));
  return (inputs) => {
    const rows = drawn.map((negatives) => negatives());
    if (rows.some((each) => each === undefined)) return;
    const negatives = sideBySide(rows as Tensor3D[]);
    a.loss(`auxiliary_${k}`, mul(auxiliaryLoss(judge, { ...inputs, negatives }), auxiliaryWeight));
  };
}

/** The sum of the events, and its product with the target where both have the same columns. */
function pooled(events: Tensor3D, mask: Tensor2D, target: Tensor2D): Tensor2D[] {
  const [, T, H] = events.shape;
  const total: Tensor2D = sum(mul(events, reshape(mask, [-1, T, 1])), 1); // [B, H]
  return target.shape[1] === H ? [total, mul(total, target)] : [total];
}
