import type { FieldSpec, SchemaSpec } from '@ctrflow/features';
import type { TableCase } from './table-case';
import type { Columns } from './write-table';

/** Names of the columns that are no fields. */
export const roles = { label: 'clicked?', weight: 'row weight', group: 'user' } as const;

/** The table of a case: its fields, the label, and what else the case has. */
export function columnsOf({ columns, label, weight, group }: TableCase): Columns {
  return [
    ...columns.map(({ name, cells }) => [name, cells] as const),
    [roles.label, label],
    ...(weight === undefined ? [] : [[roles.weight, weight] as const]),
    ...(group === undefined ? [] : [[roles.group, group] as const]),
  ];
}

/** The schema that the case declares. */
export function declaration({ columns, weight, group }: TableCase): SchemaSpec {
  return {
    fields: columns.map(({ name, field }) => ({ ...field, name }) as FieldSpec),
    label: { column: roles.label },
    ...(weight === undefined ? {} : { weight: roles.weight }),
    ...(group === undefined ? {} : { group: roles.group }),
  };
}
