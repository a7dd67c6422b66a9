import { ConfigError, DataError, checkTexts, expected, mergeRecords } from '@ctrflow/core';
import type { RawColumn, RawTable, SchemaSpec } from '@ctrflow/features';
import { concatTables, textColumn } from '../raw-tables';
import type { PurchaseLog } from './log';
import { purchaseSamples } from './purchase-samples';
import type { PurchaseSamples, PurchaseSamplesOptions } from './purchase-samples';

/** Rows for purchase prediction in several categories. */
export interface PooledPurchaseSamples {
  /** That of {@link PurchaseSamples}, and a categorical field `target`. */
  readonly spec: SchemaSpec;
  readonly train: RawTable;
  readonly valid: RawTable;
  readonly test: RawTable;
  /** The samples of each target. */
  readonly byTarget: ReadonlyMap<string, PurchaseSamples>;
}

/**
 * {@link purchaseSamples} of several target categories as one data set: one row is one user and one target. A user is in the same part for every target, and each target is balanced for
 * itself. Channel `related_1` is the category that is most strongly related to the row's own target, and so on.
 *
 * @example
 * const { spec, train, valid } = pooledPurchaseSamples(log, ['coffee machines', 'grinders'], { observationDays: 180 });
 * @throws DataError for targets with different numbers of related categories
 */
export function pooledPurchaseSamples(
  log: PurchaseLog,
  targets: readonly string[],
  options: PurchaseSamplesOptions = {},
): PooledPurchaseSamples {
  if (checkTexts('pooledPurchaseSamples', 'targets', targets).length === 0)
    throw new ConfigError(expected('pooledPurchaseSamples', 'one target or more', 'none'));
  const byTarget = new Map(targets.map((target) => [target, purchaseSamples(log, target, options)]));
  const sizes = new Set([...byTarget.values()].map(({ related }) => related.length));
  if (sizes.size !== 1) {
    const hint = 'leave targets out, or ask for a smaller count';
    throw new DataError(expected('pooledPurchaseSamples', 'targets with one number of related categories', [...sizes].join(), hint)); // prettier-ignore
  }
  const pooled = (part: 'train' | 'valid' | 'test'): RawTable =>
    concatTables([...byTarget].map(([target, samples]) => withTarget(samples[part], target)));
  const [{ spec }] = byTarget.values();
  return {
    spec: { ...spec, fields: [{ name: 'target', kind: 'categorical' }, ...spec.fields] },
    ...{ train: pooled('train'), valid: pooled('valid'), test: pooled('test') },
    byTarget,
  };
}

function withTarget({ numRows, columns }: RawTable, target: string): RawTable {
  const column: RawColumn = { ...textColumn([target]), codes: new Int32Array(numRows) };
  return { numRows, columns: mergeRecords(columns, { target: column }) };
}
