/** What is right for the functions of the tables: rows, a schema, a model, logs. */
import '@tensorflow/tfjs-backend-cpu';
import { datasetFromTables, nextItemRows, textColumn } from '@ctrflow/data';
import { openDataset } from '@ctrflow/data/node';
import { shopPreset } from '@ctrflow/datagen';
import { scoreRows } from '@ctrflow/training';
import { createModel } from '@ctrflow/zoo';

export const rows = Array.from({ length: 40 }, (_, i) => ({ y: i % 2, a: ['x', 'y', 'z'][i % 3] }));
export const source = { rows };
export const data = await openDataset(source, { label: 'y', split: { by: 'none' } });
export const model = createModel('lr', data.schema);
export const scoredRows = await scoreRows(model, data.train);
export const scored = { labels: scoredRows.labels, scores: scoredRows.probabilities };

/** The rows as raw columns, and encoded. */
export const table = {
  numRows: rows.length,
  columns: { y: textColumn(rows.map(({ y }) => String(y))), a: textColumn(rows.map(({ a }) => a)) },
};
export const encoded = data.schema.encode(table);

/** What three users looked at. */
export const events = {
  user: textColumn(rows.map((_, i) => `u${i % 3}`)),
  item: textColumn(rows.map((_, i) => `i${i}`)),
  time: Float64Array.from(rows, (_, i) => i * 60_000),
};

/** Rows with a history of what was looked at. */
const next = nextItemRows(events, { negatives: { train: 1, valid: 1, test: 1 } });
export const histories = await datasetFromTables(next.spec, next);

export const shop = { ...shopPreset('shop-history-v1'), numUsers: 20, numItems: 200 };
