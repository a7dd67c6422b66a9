import type { FeatureSchema, FieldSpec, Slot } from '@ctrflow/features';
import { formatCount } from './format';
import { renderTable } from './table';

/** What a fitted schema makes of each field. */
export function describeSchema(schema: FeatureSchema): string {
  const { spec, slots, fingerprint } = schema;
  const rows = spec.fields.map((field) => {
    const own = slots.filter(({ name }) => name === field.name || name === `${field.name}:missing`);
    return [field.name, field.kind, describeDetail(field), own.map(describeSlot).join(', ')];
  });
  const roles = [
    spec.label === undefined ? undefined : `label ${spec.label.column}`,
    spec.weight === undefined ? undefined : `weight ${spec.weight}`,
    spec.group === undefined ? undefined : `group ${spec.group}`,
    spec.time === undefined ? undefined : `time ${spec.time.column}`,
  ].filter((role) => role !== undefined);
  const table = renderTable(
    [{ title: 'field' }, { title: 'kind' }, { title: 'how' }, { title: 'the model sees' }],
    rows,
  );
  return `${table}\n${[...roles, `fingerprint ${fingerprint}`].join(', ')}\n`;
}

/** What the declaration says beyond the kind. */
function describeDetail(field: FieldSpec): string {
  const entries = Object.entries(field).filter(
    ([key, value]) => !['name', 'kind'].includes(key) && value !== field.name,
  );
  return entries.map(([key, value]) => (key === 'column' ? `from ${show(value)}` : `${key} ${show(value)}`)).join(', ');
}

function describeSlot(slot: Slot): string {
  if (slot.kind === 'value') return slot.name.endsWith(':missing') ? 'whether it is missing' : 'a number';
  if (slot.kind === 'tensor') return `${slot.dtype} [${slot.shape.join(', ')}]`;
  const table = `${formatCount(slot.numRows)} rows of table ${slot.table}`;
  return slot.kind === 'id' ? `one of ${table}` : `up to ${slot.maxLength} of ${table}`;
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
