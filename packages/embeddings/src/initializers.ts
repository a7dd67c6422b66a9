import { foldIn, normalAt, uniformAt } from '@ctrflow/core';
import type { RandomKey } from '@ctrflow/core';
import type { TableInitializer } from './contract';

/** Initial value of element `index` of a table: a function of (key, index), so that rows can be made in any order and later. */
export type InitialValue = (index: number) => number;

/** The initial values of a table, by its key. */
export function initialValues(initializer: TableInitializer, key: RandomKey): InitialValue {
  switch (initializer.kind) {
    case 'zeros':
      return () => 0;
    case 'uniform':
      return (index) => initializer.limit * (2 * uniformAt(key, index) - 1);
    case 'normal':
      return (index) => initializer.stdDev * normalAt(key, index);
  }
}

/** The key of a table below a group's key: by name, so that the order of tables makes no difference. */
export function tableKey(key: RandomKey, table: string): RandomKey {
  return foldIn(key, 'table', table);
}
