import { boughtWithin, concatTables, datasetFromTables, eventsByUser, openPoints, pooledPurchaseSamples, rowsInMemory, textColumn, windowRows } from '@ctrflow/data'; // prettier-ignore
import type { Dataset, EventsByUser, PooledPurchaseSamples, RowSource } from '@ctrflow/data';
import type { RawTable } from '@ctrflow/features';
import type { PurchaseStudy } from './data-sets';

/** Half a month. */
const FOLLOW_UP_DAYS = 15;

/** Rows of a study. */
export interface StudyRows {
  readonly tables: Pick<PooledPurchaseSamples, 'train' | 'valid' | 'test'>;
  readonly data: Dataset;
  /** Test rows at the rate of positives that there is. */
  readonly natural: { readonly table: RawTable; readonly rows: RowSource };
  /** Users of the test part who are open on the day of the follow-up, and who of them bought in the half month from then on. */
  readonly followUp: { readonly table: RawTable; readonly rows: RowSource; readonly bought: readonly boolean[] };
}

/** Makes the rows of a study; training rows with the latest 1, ..., `shifts` baskets deleted beside the others. */
export async function studyRows(
  { log, targets, samples, followUpDay }: PurchaseStudy,
  shifts: number,
): Promise<StudyRows> {
  const pooled = pooledPurchaseSamples(log, targets, { ...samples, shifts });
  const natural = pooledPurchaseSamples(log, targets, { ...samples, evaluate: 'natural' }).test;
  const data = await datasetFromTables(pooled.spec, pooled);
  const encoded = (table: RawTable) => ({ table, rows: rowsInMemory(data.schema.encode(table)) });
  const { table, bought } = followUpRows(eventsByUser(log), pooled, followUpDay, samples.observationDays);
  return { tables: pooled, data, natural: encoded(natural), followUp: { ...encoded(table), bought } };
}

/** Open users of the test part, target by target, and whether they bought. */
function followUpRows(
  users: EventsByUser,
  { byTarget }: PooledPurchaseSamples,
  day: number,
  observationDays = 365,
): { readonly table: RawTable; readonly bought: readonly boolean[] } {
  const parts = [...byTarget].map(([target, { related, shape, partOf }]) => {
    const open = openPoints(users, { target, related, observationDays, day });
    const points = open.filter(({ user }) => partOf(user) === 'test');
    const bought = boughtWithin(users, points, { category: target, numDays: FOLLOW_UP_DAYS });
    const columns = { target: textColumn(points.map(() => target)), ...windowRows(users, points, shape) };
    return { table: { numRows: points.length, columns }, bought };
  });
  return { table: concatTables(parts.map(({ table }) => table)), bought: parts.flatMap(({ bought }) => bought) };
}
