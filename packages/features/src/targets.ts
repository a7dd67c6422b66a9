import type { EncodedColumns } from './columns';
import type { BinaryTargetSpec, SchemaSpec, TargetSpec } from './spec';

/** Name of the target that `label` of a schema declares. */
export const LABEL = 'label';

/** The targets of a declaration in order: `label`, of which no row may lack a value, then `targets`. The first one is the main one: models of one output predict it. */
export function targetsOf({ label, targets = [] }: SchemaSpec): readonly TargetSpec[] {
  if (label === undefined) return targets;
  const main: BinaryTargetSpec = { ...label, name: LABEL, kind: 'binary', required: true };
  return [main, ...targets];
}

/** Raw column of a target. */
export function targetColumn({ name, column = name }: TargetSpec): string {
  return column;
}

/** Texts of the classes of a target, in the order of their indices; empty unless it is one of classes. */
export function classesOf(target: TargetSpec): readonly string[] {
  return target.kind === 'class' ? target.classes : [];
}

/** Values of a target in some rows, `[B]`; undefined where the rows carry none. NaN is a row that lacks it. */
export function targetValues({ targets }: EncodedColumns, name: string): Float32Array | undefined {
  return targets !== undefined && Object.hasOwn(targets, name) ? targets[name] : undefined;
}
