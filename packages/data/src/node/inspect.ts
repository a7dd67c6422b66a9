import { checkObject } from '@ctrflow/core';
import { inferSchema, targetColumn, targetsOf } from '@ctrflow/features';
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
  options: Pick<OpenDatasetOptions, 'label' | 'targets' | 'dialect' | 'nullValues' | 'dropColumns' | 'limit'> = {},
): Promise<InspectedSource> {
  checkSource('inspectSource', source);
  checkObject('inspectSource', 'an object of options', options);
  const database = await openDatabase();
  try {
    const { label, targets, dialect, nullValues, dropColumns = [], limit } = options;
    const declared = typeof label === 'string' ? { column: label } : label;
    const toPredict = { ...(declared && { label: declared }), ...(targets && { targets }) };
    const columns = targetsOf({ fields: [], ...toPredict }).map(targetColumn);
    const table = await loadTable(database, 'rows', source, {
      expectedNames: columns,
      ...(dialect && { dialect }),
      ...(limit !== undefined && { limit }),
    });
    requireColumns(table, [...columns, ...dropColumns]);
    const profiles = await profileTable(database, table, columns.at(0), nullValues);
    const inferred = inferSchema(profiles, {
      dropColumns,
      ...toPredict,
      ...(nullValues && { nullValues }),
    });
    const spec = { ...inferred.spec, ...(table.dialect && { dialect: table.dialect }) };
    return { ...inferred, spec, numRows: table.numRows, columns: table.columns };
  } finally {
    await database.close();
  }
}
