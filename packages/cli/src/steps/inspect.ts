import { inspectSource } from '@ctrflow/data/node';
import type { InspectedSource } from '@ctrflow/data/node';
import { schemaBrand, tableBytes } from '@ctrflow/features';
import type { dataOptions } from '../args/data-options';
import type { Values } from '../args/option';
import { describeModel, modelAsJson } from '../output/describe-model';
import { describeSchema } from '../output/describe-schema';
import { formatBytes, formatCount } from '../output/format';
import { renderTable } from '../output/table';
import { readerOptions } from './data-options';
import { readSchema } from './read-schema';
import { loadRun } from './run-folder';

/** Profile of a file and the schema that would be inferred; as JSON, the schema alone, to edit and pass as `--schema`. */
export async function inspectFile(
  who: string,
  path: string,
  options: Values<typeof dataOptions> & { readonly json?: boolean },
): Promise<string> {
  const { label, targets, dialect, nullValues, dropColumns, limit } = readerOptions(who, options);
  const inspected = await inspectSource(path, {
    ...(label && { label }),
    ...(targets && { targets }),
    ...(dialect && { dialect }),
    ...(nullValues && { nullValues }),
    ...(dropColumns && { dropColumns }),
    ...(limit !== undefined && { limit }),
  });
  return options.json === true ? `${JSON.stringify(inspected.spec)}\n` : describeFile(path, inspected);
}

/** A schema, fitted or declared. */
export async function inspectSchema(path: string, json: boolean): Promise<string> {
  const schema = await readSchema(path);
  if (!schemaBrand.is(schema) || json) return `${JSON.stringify(schema, null, json ? 0 : 2)}\n`;
  return describeSchema(schema);
}

/** The schema and the model of a run. */
export async function inspectRun(folder: string, json: boolean): Promise<string> {
  const model = await loadRun(folder);
  if (json) return `${JSON.stringify({ ...modelAsJson(model), schema: model.schema })}\n`;
  return `${describeSchema(model.schema)}\n${describeModel(model)}`;
}

/** Embedding size that the estimate of memory assumes. */
const EMBEDDING_DIM = 16;

function describeFile(path: string, { numRows, columns, inferred, spec, tables }: InspectedSource): string {
  const table = renderTable(
    [
      { title: 'column' },
      { title: 'role' },
      { title: 'distinct', align: 'right' },
      { title: 'missing', align: 'right' },
      { title: 'because' },
    ],
    inferred.map(({ column, role, kind, numDistinct, missingRate, reason, warnings }) => [
      column,
      kind ?? role,
      formatCount(numDistinct),
      missingRate === 0 ? '' : `${(missingRate * 100).toFixed(1)} %`,
      [reason, ...warnings.map((warning) => `! ${warning}`)].join('; '),
    ]),
  );
  const tableRows = tables.reduce((sum, { numRows: ofTable }) => sum + ofTable, 0);
  const { weights, training } = tableBytes(tables, EMBEDDING_DIM);
  const missing = spec.nullValues === undefined ? '' : `\nmissing is written ${spec.nullValues.join(' or ')}`;
  return `${path}: ${formatCount(numRows)} rows, ${columns.length} columns\n\n${table}${missing}
tables of ${formatCount(tableRows)} rows: ${formatBytes(weights)} at embedding size ${EMBEDDING_DIM}, ${formatBytes(training)} while training with Adam
`;
}
