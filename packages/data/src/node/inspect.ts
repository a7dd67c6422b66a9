import { checkObject } from '@ctrflow/core';
import { inferSchema } from '@ctrflow/features';
import type { InferredSchema } from '@ctrflow/features';
import { openDatabase } from './database';
import { loadTable } from './load';
import { requireColumns } from './loaded-table';
import type { OpenDatasetOptions } from './open-dataset-options';
import { profileTable } from './profile';
import { checkSource } from './source';
import type { Source } from './source';

/** What inference makes of a file. */
export interface InspectedSource extends InferredSchema {
  readonly numRows: number;
  readonly columns: readonly string[];
}

/** Reads a file and proposes a schema, with the reason for each column, without training anything. */
export async function inspectSource(
  source: Source,
  options: Pick<OpenDatasetOptions, 'label' | 'dialect' | 'nullValues' | 'dropColumns' | 'limit'> = {},
): Promise<InspectedSource> {
  checkSource('inspectSource', source);
  checkObject('inspectSource', 'an object of options', options);
  const database = await openDatabase();
  try {
    const { label, dialect, nullValues, dropColumns = [], limit } = options;
    const declared = typeof label === 'string' ? { column: label } : label;
    const table = await loadTable(database, 'rows', source, {
      expectedNames: declared === undefined ? [] : [declared.column],
      ...(dialect && { dialect }),
      ...(limit !== undefined && { limit }),
    });
    requireColumns(table, [...(declared === undefined ? [] : [declared.column]), ...dropColumns]);
    const profiles = await profileTable(database, table, declared?.column, nullValues);
    const inferred = inferSchema(profiles, {
      dropColumns,
      ...(declared && { label: declared }),
      ...(nullValues && { nullValues }),
    });
    const spec = { ...inferred.spec, ...(table.dialect && { dialect: table.dialect }) };
    return { ...inferred, spec, numRows: table.numRows, columns: table.columns };
  } finally {
    await database.close();
  }
}
