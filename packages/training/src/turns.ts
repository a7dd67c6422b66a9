import { engine, tidy } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { ConfigError, expected, foldIn } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import { isTableFeed, objectivesOf, trainsPath } from '@ctrflow/model-kit';
import type { CtrModel, DenseOptimizer, NamedWeight, Objective } from '@ctrflow/model-kit';
import type { StepInputs, StepSettings } from './engine';

/** Objectives that are trained together: one program, one update of the weights that they train. */
export interface Turn {
  /** Of the first objective. */
  readonly name: string;
  readonly objectives: readonly Objective[];
  readonly optimizer: DenseOptimizer;
  readonly every: number;
  /** Trainable dense weights. */
  readonly weights: readonly NamedWeight[];
  /** Feeds whose gradients go to tables. */
  readonly rowFeeds: readonly string[];
  /** Whether the losses that a model adds by itself belong here: to the first turn. */
  readonly isFirst: boolean;
  /** Whether the training has one objective only, whose loss is that of the step. */
  readonly isAlone: boolean;
}

/**
 * The turns of a training: objectives of equal weights, optimizer and turn are one.
 *
 * @throws ConfigError when objectives train nothing, or when two turns train the same dense weight
 */
export function turnsOf(
  model: CtrModel,
  { objectives, optimizer }: Pick<StepSettings, 'objectives' | 'optimizer'>,
): readonly Turn[] {
  const all = objectives ?? objectivesOf(model);
  const groups = new Map<string, Objective[]>();
  for (const objective of all) {
    const { weights = '**', optimizer: own, every = 1 } = objective;
    const key = JSON.stringify([[weights].flat(), own, every]);
    groups.set(key, [...(groups.get(key) ?? []), objective]);
  }
  const turns = [...groups.values()].map((together, i) => ({
    ...turnOf(model, together, optimizer),
    isFirst: i === 0,
    isAlone: all.length === 1,
  }));
  requireOneTrainer(turns);
  return turns;
}

function turnOf(
  model: CtrModel,
  objectives: readonly Objective[],
  optimizer: DenseOptimizer,
): Omit<Turn, 'isFirst' | 'isAlone'> {
  const [first] = objectives;
  const weights = model.weights.filter(({ path, trainable }) => trainable && trainsPath(first, path));
  const rowFeeds = model.feeds
    .filter((feed) => isTableFeed(feed) && feed.trainable !== false && trainsPath(first, feed.group))
    .map(({ name }) => name);
  if (weights.length + rowFeeds.length === 0) {
    const paths = [...model.weights.map(({ path }) => path), ...model.groups.map(({ name }) => name)].join(', ');
    const wanted = `weights of model ${model.name} that objective ${first.name} trains, among ${paths}`;
    throw new ConfigError(expected('fit', wanted, first.weights));
  }
  return {
    name: first.name,
    objectives,
    optimizer: first.optimizer ?? optimizer,
    every: first.every ?? 1,
    weights,
    rowFeeds,
  };
}

/** A weight has one optimizer state. */
function requireOneTrainer(turns: readonly Turn[]): void {
  const trainerOf = new Map<string, string>();
  for (const { name, weights } of turns) {
    for (const { path } of weights) {
      const other = trainerOf.get(path);
      trainerOf.set(path, name);
      if (other === undefined) continue;
      const hint =
        'give their objectives `weights` that have nothing in common, or the same weights, optimizer and turn';
      throw new ConfigError(expected('fit', `one optimizer for ${path}`, `objectives ${other} and ${name}`, hint));
    }
  }
}

/** Whether a turn has its turn in a step. */
export function isDue({ every }: Turn, { step }: StepInputs): boolean {
  return step % every === 0;
}

/** What changes at every step, for a turn: its own count of updates, and its own rate, which goes with that of the training. */
export function inputsOfTurn({ every, optimizer }: Turn, inputs: StepInputs, settings: StepSettings): StepInputs {
  const { learningRate: base } = settings.optimizer;
  const factor = base === 0 ? 1 : inputs.learningRate / base;
  const isOwn = optimizer !== settings.optimizer;
  return {
    step: Math.floor(inputs.step / every),
    learningRate: isOwn ? optimizer.learningRate * factor : inputs.learningRate,
  };
}

/** Draws the feeds of a step; a later turn of the step draws its own. */
export function feedsKey(key: RandomKey, { step }: StepInputs, { name, isFirst }: Turn): RandomKey {
  return isFirst ? foldIn(key, 'feeds', step) : foldIn(key, 'feeds', name, step);
}

/** Draws the dropout masks of a step. */
export function dropoutKey(key: RandomKey, { step }: StepInputs, { name, isFirst }: Turn): RandomKey {
  return isFirst ? foldIn(key, 'dropout', step) : foldIn(key, 'dropout', name, step);
}

/** Value and gradients of a loss; undefined for what it does not depend on. */
export function valueAndGradients(
  loss: () => Scalar,
  of: readonly Tensor[],
): { readonly value: Scalar; readonly grads: readonly (Tensor | undefined)[] } {
  return tidy(() => engine().gradients(loss, [...of], undefined, true));
}

/** @throws ConfigError when the objectives of a model do not depend on a weight that they are to train */
export function requireReached(model: CtrModel, { name }: Turn, path: string, settings: StepSettings): void {
  if (settings.objectives !== undefined) return; // of the user's choice: what they leave out stays as it is
  const hint =
    'a weight that no loss depends on would be saved as it was drawn: remove its layer, or use what it gives';
  throw new ConfigError(expected(`model ${model.name}`, `a loss that depends on ${path}`, `objective ${name}`, hint));
}
