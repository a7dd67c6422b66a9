import { createFitter } from '@ctrflow/features';
import type { FeatureSchema, SchemaSpec } from '@ctrflow/features';
import { spillCounts } from '@ctrflow/features/node';
import type { TableReader } from './read-table';

/**
 * Fits a schema on the rows that a condition selects, the same that the reader counted. Texts are counted by the database; what the rows themselves are needed for (numbers,
 * lists) is read. Bad values are left out here: encoding meets them again and does with their rows what the user chose.
 */
export async function fitTable(
  spec: SchemaSpec,
  reader: TableReader,
  condition: string,
  folder: string,
): Promise<FeatureSchema> {
  const spill = spillCounts({ folder });
  const skip = (): void => undefined;
  try {
    const fitter = createFitter(spec, { spill });
    const numeric = new Set(
      spec.fields.flatMap((field) => (field.kind === 'numeric' ? [field.column ?? field.name] : [])),
    );
    const counted = new Set(reader.texts.filter((name) => !numeric.has(name)));
    const addCounts = async (): Promise<void> => {
      for (const { name, dictionary, counts } of await reader.counts())
        if (counted.has(name)) fitter.addCounts(name, dictionary, counts, skip);
    };
    const addRows = async (): Promise<void> => {
      for await (const table of reader.tables(condition, (column) => !counted.has(column))) fitter.add(table, skip);
    };
    await Promise.all([addCounts(), addRows()]); // the database counts texts while numbers are summed up here
    return fitter.finish();
  } finally {
    spill.close();
  }
}
