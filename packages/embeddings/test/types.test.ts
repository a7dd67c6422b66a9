import { expectTypeOf, test } from 'vitest';
import { createTableGroup } from '../src/index';
import type { LookupPlan, TableGroup, TableOptimizer } from '../src/index';

// What follows is checked by the compiler (`npm run typecheck`).
test('optimizers have the options of their kind; lookups are typed arrays', () => {
  expectTypeOf(createTableGroup).returns.toEqualTypeOf<TableGroup>();
  expectTypeOf<{ kind: 'ftrl'; l1: number }>().toExtend<TableOptimizer>();
  const wrong: TableOptimizer[] = [
    // @ts-expect-error plain SGD has no moments
    { kind: 'sgd', beta1: 0.9 },
    // @ts-expect-error no such optimizer
    { kind: 'adamax' },
  ];
  expectTypeOf(wrong).toEqualTypeOf<TableOptimizer[]>();
  expectTypeOf<Parameters<TableGroup['plan']>[0]>().toEqualTypeOf<Int32Array>();
  expectTypeOf<LookupPlan['distinct']>().toEqualTypeOf<Int32Array>();
});
