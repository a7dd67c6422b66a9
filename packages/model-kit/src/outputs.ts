import { emptyRecord } from '@ctrflow/core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { CtrModel, StepOutputs } from './contract';
import { isTableFeed } from './feeds/feed';

/** Outputs and losses of a step, whether or not the model has losses of its own. */
export function outputsOf(model: CtrModel, feeds: Readonly<Record<string, Tensor>>): StepOutputs {
  return model.step?.(feeds) ?? { outputs: model.forward(feeds), losses: emptyRecord() };
}

/** Names of the feeds whose gradient goes to the tables. */
export function rowFeedsOf({ feeds }: CtrModel): readonly string[] {
  return feeds.filter(isTableFeed).map(({ name }) => name);
}
