import { SchemaError, checkList, checkObject, checkText, checkTexts, expected } from '@ctrflow/core';
import type { FieldSpec, SchemaSpec } from '@ctrflow/features';
import type { PresetDataSet } from './preset';

/** Names that the label of a public data set has; the first one that a file has counts. */
export const labelNames: readonly string[] = ['label', 'click', 'clk', 'is_click'];

/**
 * The schema of a data set's files, from the columns that they have.
 *
 * @param label - the column to predict, where it is none of {@link labelNames}
 * @throws SchemaError for files that lack a column, or have another number of them
 */
export function schemaOf(dataSet: PresetDataSet, columns: readonly string[], label?: string): SchemaSpec {
  const who = `preset of ${checkObject('schemaOf', 'the data set of a preset', dataSet).name}`;
  if (typeof dataSet.fields !== 'number') checkList(who, 'a list of fields for fields', dataSet.fields);
  checkTexts(who, 'columns', columns);
  if (label !== undefined) checkText(who, 'label', label);
  const column = label ?? labelNames.find((name) => columns.includes(name));
  if (column === undefined || !columns.includes(column)) {
    const wanted = label === undefined ? `a label among ${labelNames.join(', ')}` : `the label "${label}"`;
    throw new SchemaError(expected(who, wanted, columns.join(', '), 'give --label COLUMN'));
  }
  const fields = fieldsOf(who, dataSet, columns.filter((name) => name !== column)); // prettier-ignore
  return { fields, label: { column }, ...(dataSet.group !== undefined && { group: dataSet.group }) };
}

function fieldsOf(who: string, { fields, group }: PresetDataSet, others: readonly string[]): readonly FieldSpec[] {
  if (typeof fields === 'number') {
    if (others.length !== fields)
      throw new SchemaError(expected(who, `${fields} columns besides the label`, `${others.length} (${others.join(', ')})`)); // prettier-ignore
    return others.map((name) => ({ name, kind: 'categorical' }));
  }
  const needed = [...fields.map(({ name }) => name), ...(group === undefined ? [] : [group])];
  const missing = needed.filter((name) => !others.includes(name));
  if (missing.length === 0) return fields;
  throw new SchemaError(expected(who, `the columns ${missing.join(', ')}`, others.join(', '), 'is it another version of the data set?')); // prettier-ignore
}
