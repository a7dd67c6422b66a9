import { ConfigError, checkInteger, checkNumber, checkObject, checkText, expected } from '@ctrflow/core';
import { LABEL } from '@ctrflow/features';
import type { TargetSpec } from '@ctrflow/features';
import { binaryCrossEntropy, softmaxCrossEntropy, squaredLoss } from '@ctrflow/losses';
import type { Link, Loss } from '@ctrflow/losses';
import type { CtrModel } from './contract';
import { checkOptimizer } from './optimizers';
import type { DenseOptimizer } from './optimizers';

/** Name of the output of a model that gives one tensor. */
export const LOGIT = 'logit';

/**
 * Something that training minimizes. Objectives of equal `weights`, `optimizer` and `every` are one program: the sum of `weight` times their losses is minimized
 * in one step. Others take turns within the steps in which it is their turn, in the order of their declaration.
 *
 * @example
 * // A generator against a discriminator, which takes two steps to the generator's one.
 * [
 *   { name: 'discriminator', loss: discriminatorLoss({ real: 'real', fake: 'fake' }), weights: 'd/**' },
 *   { name: 'generator', loss: generatorLoss({ fake: 'fake' }), weights: 'g/**', optimizer: adam(2e-4), every: 2 },
 * ]
 */
export interface Objective {
  /** Unique in a model; the loss of a step is told by it. */
  readonly name: string;
  readonly loss: Loss;
  /** Factor of the loss. Default 1. */
  readonly weight?: number;
  /** Paths of the weights and tables that it trains: `*` stands for a part of a path, `**` for any. Default: all. */
  readonly weights?: string | readonly string[];
  /** Of these weights; tables keep theirs. Default: that of the training. */
  readonly optimizer?: DenseOptimizer;
  /** It is trained in every k-th step. Default 1. */
  readonly every?: number;
}

/** A target that an output predicts. */
export interface Prediction {
  readonly target: TargetSpec;
  readonly output: string;
  /** How the output becomes the prediction. */
  readonly link: Link;
}

const linkOf: Readonly<Record<TargetSpec['kind'], Link>> = { binary: 'sigmoid', number: 'identity', class: 'softmax' };

/** The objectives of a model: those that it declares, else one for each target that an output predicts by its name, {@link predictionsOf}. */
export function objectivesOf(model: CtrModel): readonly Objective[] {
  if (model.objectives !== undefined) return model.objectives;
  const objectives = namedPredictions(model).map(({ target, output }) => ({
    name: target.name,
    loss: defaultLoss(target, output),
  }));
  if (objectives.length > 0) return objectives;
  const names = model.schema.targets.map(({ name }) => name);
  if (names.length === 0)
    throw new ConfigError(expected('fit', 'a schema with a target', 'none', 'declare the label of the schema'));
  const hint = 'name the outputs as the targets, or declare the objectives of the model';
  const wanted = `an output ${[LOGIT, ...names].join(' or ')} of model ${model.name}`;
  throw new ConfigError(expected('fit', wanted, model.outputs.join(', '), hint));
}

/** What a logit is taken to predict where the schema declares no target: such a model can be scored and exported, and trained by nobody. */
const unlabelled: TargetSpec = { name: LABEL, kind: 'binary' };

/** What a model predicts: the targets of its losses that have a link, and those whose name an output has; the main target is predicted by `logit` too. */
export function predictionsOf(
  model: CtrModel,
  objectives: readonly Objective[] = model.objectives ?? [],
): readonly Prediction[] {
  const { targets } = model.schema;
  if (targets.length === 0)
    return model.outputs.includes(LOGIT) ? [{ target: unlabelled, output: LOGIT, link: linkOf.binary }] : [];
  const declared = objectives.flatMap(({ loss: { output, link, target: name } }) => {
    const target = targets.find((candidate) => candidate.name === name);
    return target === undefined || output === undefined || link === undefined ? [] : [{ target, output, link }];
  });
  const all = [...declared, ...namedPredictions(model)];
  return targets.flatMap(({ name }) => all.find(({ target }) => target.name === name) ?? []);
}

function namedPredictions({ schema: { targets }, outputs }: CtrModel): readonly Prediction[] {
  return targets.flatMap((target, i) => {
    const output = [target.name, ...(i === 0 ? [LOGIT] : [])].find((name) => outputs.includes(name));
    return output === undefined ? [] : [{ target, output, link: linkOf[target.kind] }];
  });
}

function defaultLoss({ kind, name: target }: TargetSpec, output: string): Loss {
  if (kind === 'binary') return binaryCrossEntropy({ output, target });
  return kind === 'number' ? squaredLoss({ output, target }) : softmaxCrossEntropy({ output, target });
}

/**
 * Checks objectives that a person may have written.
 *
 * @throws ConfigError naming the objective and what is wrong with it
 */
export function checkObjectives(
  who: string,
  objectives: readonly Objective[],
  targets: readonly TargetSpec[],
): readonly Objective[] {
  const given: unknown = objectives;
  if (!Array.isArray(given) || given.length === 0)
    throw new ConfigError(expected(who, 'a list of one objective or more', given));
  for (const objective of objectives) checkObjective(who, objective, targets);
  const names = objectives.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice === undefined) return objectives;
  throw new ConfigError(expected(who, 'a name of its own for each objective', `${twice} twice`));
}

function checkObjective(caller: string, objective: Objective, targets: readonly TargetSpec[]): void {
  checkObject(caller, "an objective, as { name: 'click', loss: binaryCrossEntropy({ target: 'click' }) }", objective);
  const { name, loss, weight = 1, weights = [], optimizer, every = 1 } = objective;
  const who = `${caller}: objective ${checkText(caller, 'the name of an objective', name)}`;
  checkObject(who, 'a loss, as binaryCrossEntropy(...) of @ctrflow/losses gives it', loss, ['of']);
  checkNumber(who, 'weight', weight, { min: 0, exclusive: true });
  checkInteger(who, 'every', every, { min: 1 });
  for (const pattern of [weights].flat()) checkText(who, 'a path of weights', pattern);
  if (optimizer !== undefined) checkOptimizer(optimizer);
  const target = targets.find((candidate) => candidate.name === loss.target);
  if (loss.target !== undefined && target === undefined)
    throw new ConfigError(expected(who, `a target among ${targets.map((each) => each.name).join(', ')}`, loss.target));
  if (loss.kind === 'binary-cross-entropy' && target?.kind !== 'binary')
    throw new ConfigError(expected(who, 'a binary target of the cross-entropy', `${target?.name} (${target?.kind})`));
  if (loss.link === 'softmax' && target?.kind !== 'class')
    throw new ConfigError(expected(who, 'a target of classes of the softmax', `${target?.name} (${target?.kind})`));
}

/** Whether a path of a weight, or the name of a group of tables, is among those that an objective trains. */
export function trainsPath({ weights = '**' }: Objective, path: string): boolean {
  return [weights].flat().some((pattern) => patternOf(pattern).test(path));
}

/** `*` is any text within a part of a path, `**` any parts. */
function patternOf(pattern: string): RegExp {
  const parts = pattern.split(/(\*\*|\*)/).map((part) => {
    if (part === '**') return '.*';
    return part === '*' ? '[^/]*' : part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
