import { join, resolve } from 'node:path';
import { openDataset } from '@ctrflow/data/node';
import type { Dataset } from '@ctrflow/data';

const root = process.env.CTRFLOW_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');

const adultColumns =
  'age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income';

/** How numeric fields enter the models: as `inspect` proposes them (standardized or logarithms), or as an id per quantile bucket. */
export type NumericEncoding = 'standard' | 'quantile';

/** The public data sets that are large enough to judge by, as `examples/` opens them. */
const openers: Readonly<Record<string, (schema?: Dataset['schema']['spec']) => Promise<Dataset>>> = {
  adult: (schema) =>
    openDataset(join(root, 'adult/adult.data.gz'), {
      test: join(root, 'adult/adult.test.gz'),
      split: { by: 'ratio', valid: 0.1, test: 0 },
      ...(schema === undefined
        ? {
            label: { column: 'income', positive: ['>50K', '>50K.'] },
            nullValues: ['?'],
            dialect: { comment: '|', names: adultColumns.split(',') },
          }
        : { schema }),
    }),
  bank: (schema) =>
    openDataset(
      `${join(root, 'bank_marketing/bank-additional.zip')}:bank-additional/bank-additional-full.csv`,
      schema === undefined ? { label: 'y', dropColumns: ['duration'], nullValues: ['unknown'] } : { schema },
    ),
};

/** Opens a data set in both encodings; the parts hold the same rows in the same order. */
export async function openDataSet(name: string): Promise<Readonly<Record<NumericEncoding, Dataset>>> {
  const open = openers[name];
  if (open === undefined)
    throw new Error(`expected one of ${Object.keys(openers).join(', ')} for the data set, got ${name}`);
  const standard = await open();
  const { spec } = standard.schema;
  const fields = spec.fields.map((field) =>
    field.kind === 'numeric' ? { name: field.name, kind: field.kind, transform: 'quantile' as const } : field,
  );
  return { standard, quantile: await open({ ...spec, fields }) };
}
