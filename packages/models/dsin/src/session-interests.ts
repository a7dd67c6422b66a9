import { reshape } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { ConfigError, expected } from '@ctrflow/core';
import { BiasEncoding, BidirectionalLSTM, TransformerBlock, maskedPooling } from '@ctrflow/layers';
import { eventsOf, readHistory, targetAttention } from '@ctrflow/model-kit';
import type { Assembly, CommonModelOptions, TargetAttention } from '@ctrflow/model-kit';
import type { DSINOptions } from './options';
import { inSessions } from './sessions';
import type { SessionHistory } from './sessions';

type FilledOptions = Required<DSINOptions> & Required<CommonModelOptions>;

/**
 * What a history's sessions say of a target: the session interests `I_k` and, with what came before and after, `H_k`, each weighed by its activation unit. A history
 * without events gives zeros.
 *
 * Shapes: embeddings of the fields `[B, F, D]` -> `[U^I, U^H]`, each `[B, M]`, M = C D for a history of C columns.
 */
export function sessionInterests(
  a: Assembly,
  history: SessionHistory,
  index: number,
  options: FilledOptions,
): (embeddings: Tensor3D) => Tensor2D[] {
  const { embeddingDim, biasEncoding, numHeads, feedForwardFactor, layerNorm, attentionDropout } = options;
  const { name, pairs, sides, maxLength, sessionLength } = history;
  const size = embeddingDim * (pairs.length + sides.length);
  if (size % numHeads !== 0) {
    const hint = `an event's vector has the columns of "${name}", ${embeddingDim} numbers each`;
    throw new ConfigError(expected('dsin', `a divisor of ${size} for numHeads`, numHeads, hint));
  }
  const read = readHistory(a, history);
  const maxSessions = maxLength / sessionLength;
  const encode = biasEncoding
    ? a.layer(`bias_encoding_${index}`, new BiasEncoding({ maxSessions, sessionLength, size }))
    : undefined;
  const block = { size, numHeads, feedForwardUnits: feedForwardFactor * size, activation: 'relu', layerNorm, attentionDropout } as const; // prettier-ignore
  const attend = a.layer(`self_attention_${index}`, new TransformerBlock(block));
  const interact = a.layer(`interaction_${index}`, new BidirectionalLSTM({ units: size, returnSequences: true, merge: 'sum' })); // prettier-ignore
  const activateInterest = activation(a, `interest_activation_${index}`, options);
  const activateInteraction = activation(a, `interaction_activation_${index}`, options);
  return (embeddings) => {
    const tensors = read(embeddings);
    const { query, mask } = tensors;
    const { events, eventMask, sessionMask } = inSessions(eventsOf(tensors), mask, history); // [B, S, T, M], [B, S, T], [B, S]
    const [, S, T, M] = events.shape;
    const encoded = encode === undefined ? events : encode(events);
    const sessions = reshape<Rank.R3>(encoded, [-1, T, M]); // [B S, T, M]
    const ofSession = reshape<Rank.R2>(eventMask, [-1, T]); // [B S, T]
    const attended = attend([sessions, ofSession]); // [B S, T, M]
    const interests = reshape<Rank.R3>(maskedPooling(attended, ofSession, 'mean'), [-1, S, M]);
    const interactions = interact([interests, sessionMask]) as Tensor3D; // [B, S, M]
    return [
      activateInterest(query, interests, sessionMask), // [B, M]
      activateInteraction(query, interactions, sessionMask), // [B, M]
    ];
  };
}

/** The sessions weighed by the target: `sum_k a_k I_k`, `a` with a softmax over the sessions there are. */
function activation(a: Assembly, path: string, options: FilledOptions): TargetAttention {
  const attend = targetAttention(a, path, { ...options, softmax: true });
  return (target, sessions, mask) => maskedPooling(sessions, attend(target, sessions, mask), 'sum'); // [B, M]
}
