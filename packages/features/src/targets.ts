import { checkObject, checkText } from '@ctrflow/core';
import { checkEncoded } from './check-columns';
import type { EncodedColumns } from './columns';
import type { BinaryTargetSpec, SchemaSpec, TargetSpec } from './spec';

/** Name of the target that `label` of a schema declares. */
export const LABEL = 'label';

/** The targets of a declaration in order: `label`, of which no row may lack a value, then `targets`. The first one is the main one: models of one output predict it. */
export function targetsOf(spec: SchemaSpec): readonly TargetSpec[] {
  const { label, targets = [] } = checkObject('targetsOf', 'the declaration of a schema', spec);
  if (label === undefined) return targets;
  const main: BinaryTargetSpec = { ...label, name: LABEL, kind: 'binary', required: true };
  return [main, ...targets];
}

/** Raw column of a target. */
export function targetColumn(target: TargetSpec): string {
  const { name, column = name } = checkObject('targetColumn', 'a target', target);
  return column;
}

/** Texts of the classes of a target, in the order of their indices; empty unless it is one of classes. */
export function classesOf(target: TargetSpec): readonly string[] {
  checkObject('classesOf', 'a target', target);
  return target.kind === 'class' ? target.classes : [];
}

/** Values of a target in some rows, `[B]`; undefined where the rows carry none. NaN is a row that lacks it. */
export function targetValues(columns: EncodedColumns, name: string): Float32Array | undefined {
  const { targets } = checkEncoded('targetValues', columns);
  checkText('targetValues', 'name', name);
  return targets !== undefined && Object.hasOwn(targets, name) ? targets[name] : undefined;
}
