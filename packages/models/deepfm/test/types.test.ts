import type { CtrModel } from '@ctrflow/model-kit';
import { expectTypeOf, test } from 'vitest';
import type { deepFM } from '../src/index';

type Options = NonNullable<Parameters<typeof deepFM>[1]>;

// What follows is checked by the compiler (`npm run typecheck`).
test('a factory takes its own options and those of every model, and no others', () => {
  expectTypeOf<ReturnType<typeof deepFM>>().toEqualTypeOf<CtrModel>();
  expectTypeOf<{ hiddenUnits: [64, 32]; dropout: 0.1; embeddingDim: 8; seed: 1 }>().toExtend<Options>();
  expectTypeOf<Options>().not.toHaveProperty('hidden');
  expectTypeOf<{ activation: 'rellu' }>().not.toExtend<Options>();
  expectTypeOf<{ hiddenUnits: number }>().not.toExtend<Options>();
});
