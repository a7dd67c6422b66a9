import { expectTypeOf, test } from 'vitest';
import type { CtrModel, ModelFactory } from '../src/index';
import { wide } from './wide';

// What follows is checked by the compiler (`npm run typecheck`).
test('a definition types the options of its factory', () => {
  expectTypeOf(wide).toExtend<ModelFactory<{ readonly bias?: boolean }>>();
  expectTypeOf(wide).returns.toEqualTypeOf<CtrModel>();
  expectTypeOf<{ bias: true; embeddingDim: 4; seed: 2 }>().toExtend<NonNullable<Parameters<typeof wide>[1]>>();
  expectTypeOf<{ bias: 'yes' }>().not.toExtend<NonNullable<Parameters<typeof wide>[1]>>();
});
