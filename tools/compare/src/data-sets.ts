import { join, resolve } from 'node:path';
import { openDataset } from '@ctrflow/data/node';
import type { Dataset } from '@ctrflow/data';

const root = process.env.CTRFLOW_DATA ?? resolve(import.meta.dirname, '../../../../shared/data');

const adultColumns =
  'age,workclass,fnlwgt,education,education-num,marital-status,occupation,relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income';

/** The public data sets that are large enough to judge by, opened as `examples/` opens them. */
export const dataSets: Readonly<Record<string, () => Promise<Dataset>>> = {
  adult: () =>
    openDataset(join(root, 'adult/adult.data.gz'), {
      test: join(root, 'adult/adult.test.gz'),
      split: { by: 'ratio', valid: 0.1, test: 0 },
      label: { column: 'income', positive: ['>50K', '>50K.'] },
      nullValues: ['?'],
      dialect: { comment: '|', names: adultColumns.split(',') },
    }),
  bank: () =>
    openDataset(`${join(root, 'bank_marketing/bank-additional.zip')}:bank-additional/bank-additional-full.csv`, {
      label: 'y',
      dropColumns: ['duration'],
      nullValues: ['unknown'],
    }),
};
