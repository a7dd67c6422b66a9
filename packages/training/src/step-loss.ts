import { add, addN, mul } from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { TrainingError, emptyRecord, expected, mergeRecords, recordOf } from '@ctrflow/core';
import { targetValues } from '@ctrflow/features';
import type { EncodedColumns, TargetSpec } from '@ctrflow/features';
import { weightedMean } from '@ctrflow/losses';
import type { LossInputs } from '@ctrflow/losses';
import type { StepOutputs } from '@ctrflow/model-kit';
import type { StepResult, StepSettings } from './engine';
import type { Turn } from './turns';

/** Names of what a loss reads besides the outputs, as inputs of a step. */
export const lossPort = {
  rowWeight: 'row_weight',
  groups: 'groups',
  target: (name: string): string => `target/${name}`,
  targetWeight: (name: string): string => `target_weight/${name}`,
} as const;

/** A column `[B, 1]` that a loss reads. */
export type LossColumn = Float32Array | Int32Array;

/**
 * What losses read of a batch, by {@link lossPort}: values of targets (0 where a row lacks one), their weights (0 there), weights of the rows, numbers of groups.
 *
 * @throws TrainingError when the rows carry no target
 */
export function lossColumns(
  batch: EncodedColumns,
  targets: readonly TargetSpec[],
  turns: readonly Turn[],
  { classWeights }: Pick<StepSettings, 'classWeights'>,
): Readonly<Record<string, LossColumn>> {
  const present = targets.flatMap(({ name }) => {
    const values = targetValues(batch, name);
    return values === undefined ? [] : [{ name, values }];
  });
  if (targets.length > 0 && present.length === 0)
    throw new TrainingError(expected('fit', 'rows with labels', 'none', 'declare the label of the schema'));
  const sampleWeights = batch.weight ?? new Float32Array(batch.numRows).fill(1);
  const main = present.find(({ name }) => name === targets[0].name)?.values;
  const rowWeights =
    classWeights === undefined || main === undefined ? sampleWeights : byClass(sampleWeights, main, classWeights);
  const columns: Record<string, LossColumn> = recordOf([[lossPort.rowWeight, rowWeights]]);
  for (const { name, values } of present) {
    const lacks = values.some((value) => Number.isNaN(value));
    const weights = values === main ? rowWeights : sampleWeights;
    columns[lossPort.target(name)] = lacks ? values.map((value) => (Number.isNaN(value) ? 0 : value)) : values;
    columns[lossPort.targetWeight(name)] = lacks
      ? weights.map((w, row) => (Number.isNaN(values[row]) ? 0 : w))
      : weights;
  }
  if (batch.group !== undefined && readsGroups(turns)) columns[lossPort.groups] = groupNumbers(batch.group);
  return columns;
}

/** Sample weight times class weight of each row. */
function byClass(weights: Float32Array, labels: Float32Array, classWeights: readonly [number, number]): Float32Array {
  return weights.map((weight, row) =>
    Number.isNaN(labels[row]) ? weight : weight * classWeights[labels[row] === 1 ? 1 : 0],
  );
}

/** Number of each row's group within the batch, in order of appearance; -1 where a row has none. */
function groupNumbers(groups: Float64Array): Int32Array {
  const numbers = new Map<number, number>();
  return Int32Array.from(groups, (group) => {
    if (Number.isNaN(group)) return -1;
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
}

/** Whether any loss compares rows of one group: their numbers are found out only then. */
function readsGroups(turns: readonly Turn[]): boolean {
  return turns.some(({ objectives }) => objectives.some(({ loss }) => loss.reads === 'groups'));
}

/** The losses of a turn. */
export interface TurnLoss {
  /** What is minimized. */
  readonly total: Scalar;
  /** By objective, each without its factor; empty where the training has one only. */
  readonly each: Readonly<Record<string, Scalar>>;
}

/**
 * What a turn minimizes: `sum_k weight_k loss_k`, and in the first turn the means of the model's own losses.
 *
 * @param columns - tensors `[B, 1]` by {@link lossPort}
 */
export function turnLoss(
  { objectives, isFirst, isAlone }: Turn,
  { outputs, losses }: StepOutputs,
  targets: readonly TargetSpec[],
  columns: Readonly<Record<string, Tensor>>,
): TurnLoss {
  const inputs = lossInputs(outputs, targets, columns);
  const each = objectives.map(({ name, loss }): [string, Scalar] => [name, loss.of(inputs)]);
  const weighted = each.map(([, loss], k) => {
    const { weight = 1 } = objectives[k];
    return weight === 1 ? loss : mul<Scalar>(loss, weight);
  });
  const own = isFirst ? Object.values(losses) : [];
  const sum = weighted.length === 1 ? weighted[0] : addN(weighted);
  return {
    total: own.length === 0 ? sum : withOwnLosses(sum, own, inputs.weights),
    each: isAlone ? emptyRecord() : recordOf(each),
  };
}

/** What the turns of a step say together. */
export function stepResult(
  turns: readonly { readonly loss: number; readonly losses: Readonly<Record<string, number>> }[],
  columns: Readonly<Record<string, LossColumn>>,
): StepResult {
  const losses = mergeRecords(...turns.map((turn) => turn.losses));
  return {
    loss: turns.reduce((sum, { loss }) => sum + loss, 0),
    ...(Object.keys(losses).length > 0 && { losses }),
    weight: (columns[lossPort.rowWeight] as Float32Array).reduce((sum, weight) => sum + weight, 0),
  };
}

function withOwnLosses(objective: Scalar, own: readonly Tensor2D[], weights: Tensor2D): Scalar {
  const perRow = own.length === 1 ? own[0] : addN([...own]); // [B, 1]
  return add(objective, weightedMean(perRow, weights));
}

function lossInputs(
  outputs: LossInputs['outputs'],
  targets: readonly TargetSpec[],
  columns: Readonly<Record<string, Tensor>>,
): LossInputs {
  const { [lossPort.rowWeight]: weights, [lossPort.groups]: groups } = columns as Readonly<
    Record<string, Tensor2D | undefined>
  >;
  const given = targets.filter(({ name }) => Object.hasOwn(columns, lossPort.target(name)));
  return {
    outputs,
    targets: recordOf(
      given.map(({ name }) => [
        name,
        {
          values: columns[lossPort.target(name)] as Tensor2D,
          weights: columns[lossPort.targetWeight(name)] as Tensor2D,
        },
      ]),
    ),
    weights: weights!,
    ...(groups && { groups }),
  };
}
