import { concat, reshape, slice } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';
import { ConfigError, expected } from '@ctrflow/core';
import { BiasEncoding, BidirectionalLSTM, BilinearAttention, LocalActivationUnit, TransformerBlock, maskedPooling } from '@ctrflow/layers'; // prettier-ignore
import { readHistory } from '@ctrflow/model-kit';
import type { Assembly, CommonModelOptions } from '@ctrflow/model-kit';
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
  const activateInterest = activationUnit(a, `interest_activation_${index}`, options);
  const activateInteraction = activationUnit(a, `interaction_activation_${index}`, options);
  return (embeddings) => {
    const { query, keys, sides: sideColumns, mask } = read(embeddings);
    const places = sideColumns === undefined ? keys : concat([keys, sideColumns], 2); // [B, P, M]
    const { events, eventMask, sessionMask } = inSessions(places, mask, history); // [B, S, T, M], [B, S, T], [B, S]
    const [, S, T, M] = events.shape;
    const encoded = encode === undefined ? events : (encode(events) as Tensor4D);
    const sessions = reshape<Rank.R3>(encoded, [-1, T, M]); // [B S, T, M]
    const ofSession = reshape<Rank.R2>(eventMask, [-1, T]); // [B S, T]
    const attended = attend([sessions, ofSession]) as Tensor3D; // [B S, T, M]
    const interests = reshape<Rank.R3>(maskedPooling(attended, ofSession, 'mean'), [-1, S, M]);
    const interactions = interact([interests, sessionMask]) as Tensor3D; // [B, S, M]
    return [
      activateInterest(query, interests, sessionMask), // [B, M]
      activateInteraction(query, interactions, sessionMask), // [B, M]
    ];
  };
}

type ActivationUnit = (target: Tensor2D, sessions: Tensor3D, mask: Tensor2D) => Tensor2D;

/** The sessions weighed by the target: `sum_k a_k I_k`, `a` with a softmax over the sessions there are. */
function activationUnit(a: Assembly, path: string, options: FilledOptions): ActivationUnit {
  const { activationUnit: kind, attentionUnits: hiddenUnits, attentionActivation: activation } = options;
  if (kind === 'bilinear') {
    const attend = a.layer(path, new BilinearAttention());
    return (target, sessions, mask) => maskedPooling(sessions, attend([sessions, target, mask]) as Tensor2D, 'sum');
  }
  const attend = a.layer(path, new LocalActivationUnit({ hiddenUnits, activation, softmax: true }));
  return (target, sessions, mask) => {
    const [Q, M] = [target.shape[1], sessions.shape[2]];
    const part = (from: number, to: number): Tensor3D => slice(sessions, [0, 0, from], [-1, -1, to - from]);
    const compared = M === Q ? [target, sessions, mask] : [target, part(0, Q), mask, part(Q, M)]; // columns without a target stand behind
    return maskedPooling(sessions, attend(compared) as Tensor2D, 'sum');
  };
}
