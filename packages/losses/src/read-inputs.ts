/** What losses ask of the inputs of a step: an output, a target or the groups, in the shape that the formula needs. */
import { mul } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { ConfigError, ShapeError, expected } from '@ctrflow/core';
import type { LossInputs, TargetTensors } from './loss';

/**
 * An output of one number for each row, `[B, 1]`.
 *
 * @throws ConfigError when there is none of that name, ShapeError when it is of another shape
 */
export function columnOf({ outputs }: LossInputs, who: string, name: string): Tensor2D {
  const output = named(who, 'an output', outputs, name);
  if (output.rank === 2 && output.shape[1] === 1) return output as Tensor2D;
  throw new ShapeError(expected(who, `[B, 1] for the output ${name}`, output.shape));
}

/**
 * An output of a vector for each row, `[B, D]`.
 *
 * @throws ConfigError when there is none of that name, ShapeError when it is of another shape or of vectors shorter than `min`
 */
export function vectorsOf({ outputs }: LossInputs, who: string, name: string, min = 1): Tensor2D {
  const output = named(who, 'an output', outputs, name);
  if (output.rank === 2 && output.shape[1]! >= min) return output as Tensor2D;
  throw new ShapeError(expected(who, `[B, ${min} or more] for the output ${name}`, output.shape));
}

/** @throws ConfigError when there is no target of that name */
export function targetOf({ targets }: LossInputs, who: string, name: string): TargetTensors {
  return named(who, 'a target', targets, name);
}

/** How much each row counts as a query, `[B, 1]`: weight times value of the target, so that only positives do; the sample weight where there is no target. */
export function queryWeights(inputs: LossInputs, who: string, target: string | undefined): Tensor2D {
  if (target === undefined) return inputs.weights;
  const { values, weights } = targetOf(inputs, who, target);
  return mul(values, weights);
}

/** @throws ConfigError when the rows of the step have no groups */
export function groupsOf({ groups }: LossInputs, who: string): Tensor2D {
  if (groups !== undefined) return groups;
  throw new ConfigError(expected(who, 'groups of the rows', groups, 'name a group column in the schema'));
}

function named<T extends Tensor | TargetTensors>(
  who: string,
  what: 'an output' | 'a target',
  record: Readonly<Record<string, T>>,
  name: string,
): T {
  if (Object.hasOwn(record, name)) return record[name];
  const names = Object.keys(record).join(', ');
  throw new ConfigError(expected(who, `${what} ${name}`, names === '' ? 'none' : names));
}
