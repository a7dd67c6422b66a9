import { recordOf } from '@ctrflow/core';
import type { RowSource } from '@ctrflow/data';
import { classesOf } from '@ctrflow/features';
import type { TargetSpec } from '@ctrflow/features';
import { predictionsOf } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { predictTargets } from '@ctrflow/training';
import type { PredictOptions } from '@ctrflow/training';

/**
 * What a model predicts of rows, by column: `score` of one target, `purchase_score` of several, and of classes one column each, `device_phone_score`.
 *
 * @param scoreColumn - what stands for `score`
 */
export async function predictedColumns(
  model: CtrModel,
  rows: RowSource,
  scoreColumn: string,
  options: PredictOptions,
): Promise<Readonly<Record<string, Float64Array>>> {
  const { targets } = model.schema;
  const columns = new Map<string, Float64Array>();
  let done = 0;
  for await (const predictions of predictTargets(model, rows, options)) {
    let numRows = 0;
    for (const target of targets) {
      if (!Object.hasOwn(predictions, target.name)) continue;
      const names = namesOf(target, scoreColumn, targets.length === 1);
      const values = predictions[target.name];
      numRows = values.length / names.length;
      names.forEach((name, k) => {
        const column = columns.get(name) ?? new Float64Array(rows.numRows);
        for (let row = 0; row < numRows; row++) column[done + row] = values[row * names.length + k];
        columns.set(name, column);
      });
    }
    done += numRows;
    options.onProgress?.(done);
  }
  // A file without rows gets its columns too.
  for (const { target } of predictionsOf(model))
    for (const name of namesOf(target, scoreColumn, targets.length === 1))
      if (!columns.has(name)) columns.set(name, new Float64Array(rows.numRows));
  return recordOf(columns);
}

function namesOf(target: TargetSpec, scoreColumn: string, isOnly: boolean): readonly string[] {
  const before = isOnly ? [] : [target.name];
  if (target.kind !== 'class') return [[...before, scoreColumn].join('_')];
  return classesOf(target).map((name) => [...before, name, scoreColumn].join('_'));
}
