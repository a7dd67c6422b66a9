import { emptyRecord } from '@ctrflow/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CtrModel, ModelOutputs } from './contract';
import { isTableFeed } from './feeds/feed';

/** Logits and losses of a model, whether or not it has losses of its own. */
export function outputsOf(model: CtrModel, feeds: Readonly<Record<string, Tensor>>): ModelOutputs {
  return model.outputs?.(feeds) ?? { logits: model.forward(feeds), losses: emptyRecord() };
}

/** Names of the feeds whose gradient goes to the tables. */
export function rowFeedsOf({ feeds }: CtrModel): readonly string[] {
  return feeds.filter(isTableFeed).map(({ name }) => name);
}
