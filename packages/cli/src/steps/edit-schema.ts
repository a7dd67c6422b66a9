import { ConfigError, SchemaError, expected, suggest } from '@ctrflow/core';
import { schemaFromJSON, targetColumn, validateSpec } from '@ctrflow/features';
import type { FeatureSchema, FieldSpec, LabelSpec, SchemaSpec } from '@ctrflow/features';
import type { dataOptions } from '../args/data-options';
import type { Values } from '../args/option';
import { kebabCase } from '../output/format';
import { parseTargets } from './targets';

/** What options say about a schema that is already there: inferred, declared or fitted. */
export type SchemaEdits = Pick<
  Values<typeof dataOptions>,
  | 'label'
  | 'targets'
  | 'positive'
  | 'weight'
  | 'group'
  | 'time'
  | 'timeFormat'
  | 'nullValues'
  | 'dropColumns'
  | 'fields'
>;

/** Roles whose columns are no inputs of a model. The group, usually the user, is one as well. */
const apart = ['label', 'weight', 'time'] as const;

/**
 * A declaration with what the options say: roles, texts that mean missing, columns left out, fields in the place of others.
 * A column that becomes the label, the weight or the time is no input any more, unless a field is given for it.
 *
 * @throws ConfigError, SchemaError
 */
export function editSpec(who: string, spec: SchemaSpec, edits: SchemaEdits): SchemaSpec {
  const { nullValues, dropColumns = [], fields = [] } = edits;
  if (!Array.isArray(fields)) throw new SchemaError(expected('fields', 'a list of fields', fields));
  const given = fields as readonly FieldSpec[];
  const roles = rolesOf(who, spec, edits);
  const targets = (roles.targets ?? []).map(targetColumn);
  const taken = apart.flatMap((role) => {
    const column = columnOf(roles[role]);
    return column === undefined || column === columnOf(spec[role]) ? [] : [column];
  });
  requireRead(who, spec, dropColumns);
  const without = [...dropColumns, ...taken, ...targets];
  const kept = spec.fields.filter(
    (field) => !given.some((other) => other?.name === field.name) && !without.includes(sourceColumn(field) ?? ''),
  );
  return validateSpec({ ...spec, ...roles, ...(nullValues && { nullValues }), fields: [...kept, ...given] });
}

/**
 * A fitted schema with the roles that the options say: what it encodes stays as it was fitted.
 *
 * @throws ConfigError for options that would have to fit it again
 */
export function editFitted(who: string, schema: FeatureSchema, edits: SchemaEdits): FeatureSchema {
  const hint =
    'it encodes as it was fitted: leave the option out, or give a declaration (`ctrflow inspect FILE --json`)';
  for (const name of ['nullValues', 'dropColumns', 'fields'] as const) {
    if (edits[name] === undefined) continue;
    throw new ConfigError(`${who}: expected no --${kebabCase(name)} beside the fitted schema of --schema; ${hint}`);
  }
  const { spec } = schema;
  const roles = rolesOf(who, spec, edits);
  for (const role of apart) {
    const column = columnOf(roles[role]);
    const field = column === columnOf(spec[role]) ? undefined : spec.fields.find((one) => sourceColumn(one) === column);
    if (field === undefined) continue;
    throw new ConfigError(
      `${who}: expected a column that is no input of the fitted schema for --${role}, got "${column ?? ''}"; ${hint}`,
    );
  }
  if (Object.keys(roles).length === 0) return schema;
  return schemaFromJSON({ ...(schema.toJSON() as object), spec: validateSpec({ ...spec, ...roles }) });
}

/** The roles that the options give or change. */
function rolesOf(
  who: string,
  { label: labelled, time: timed }: SchemaSpec,
  { label, targets, positive, weight, group, time, timeFormat }: SchemaEdits,
): Pick<SchemaSpec, 'label' | 'targets' | 'weight' | 'group' | 'time'> {
  const declared = parseTargets(who, targets);
  if (positive !== undefined && label === undefined && labelled === undefined)
    throw new ConfigError(`${who}: expected a label with --positive, got none in the schema; give --label COLUMN`);
  if (timeFormat !== undefined && time === undefined && timed === undefined)
    throw new ConfigError(`${who}: expected a time with --time-format, got none in the schema; give --time COLUMN`);
  return {
    ...((label !== undefined || positive !== undefined) && { label: labelOf(labelled, label, positive) }),
    ...(declared && { targets: declared }),
    ...(weight !== undefined && { weight }),
    ...(group !== undefined && { group }),
    ...((time !== undefined || timeFormat !== undefined) && { time: timeOf(timed, time, timeFormat) }),
  };
}

/** What the schema says of its label holds for another column no more. */
function labelOf(declared: LabelSpec | undefined, column: string | undefined, positive?: readonly string[]): LabelSpec {
  const same = column === undefined || column === declared?.column;
  const label = same && declared !== undefined ? declared : { column: column ?? '' };
  return positive === undefined ? label : { column: label.column, positive };
}

function timeOf(
  declared: SchemaSpec['time'],
  column: string | undefined,
  format?: string,
): SchemaSpec['time'] & object {
  const same = column === undefined || column === declared?.column;
  const time = same && declared !== undefined ? declared : { column: column ?? '' };
  return format === undefined ? time : { ...time, format };
}

/** A column that no field reads is out already: leaving it out is a slip of the pen. */
function requireRead(who: string, { fields }: SchemaSpec, columns: readonly string[]): void {
  const read = fields.map(sourceColumn).filter((column) => column !== undefined);
  const wrong = columns.find((column) => !read.includes(column));
  if (wrong === undefined) return;
  const near = suggest(wrong, read);
  const hint = near === undefined ? `the fields read ${read.join(', ')}` : `did you mean "${near}"?`;
  throw new ConfigError(expected(who, 'a column that a field of the schema reads for --drop-columns', wrong, hint));
}

function columnOf(role: string | { readonly column: string } | undefined): string | undefined {
  return typeof role === 'object' ? role.column : role;
}

function sourceColumn(field: FieldSpec): string | undefined {
  return field.kind === 'crossed' ? undefined : (field.column ?? field.name);
}
