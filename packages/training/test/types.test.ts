import type { CtrModel } from '@ctrflow/model-kit';
import { expectTypeOf, test } from 'vitest';
import { adam, sgd } from '../src/index';
import type { DenseOptimizer, Evaluation, FitOptions, FitResult, StepEngine, fit } from '../src/index';

// What follows is checked by the compiler (`npm run typecheck`): a line that should not compile but does is an error.

test('options of a training name what exists', () => {
  expectTypeOf(adam(1e-3)).toExtend<DenseOptimizer>();
  expectTypeOf(sgd(0.1)).toExtend<DenseOptimizer>();
  expectTypeOf<{ tableOptimizer: { kind: 'lazy-adam'; l2: number } }>().toExtend<FitOptions>();
  expectTypeOf<{ tableOptimizer: { kind: 'lazy-sgd' } }>().not.toExtend<FitOptions>();
  expectTypeOf<{ schedule: { kind: 'cosine' } }>().toExtend<FitOptions>(); // over all steps
  expectTypeOf<{ schedule: { kind: 'step'; factor: 0.5 } }>().not.toExtend<FitOptions>(); // every how many steps?
  expectTypeOf<{ engine: string }>().not.toExtend<FitOptions>();
  expectTypeOf<FitOptions['engine']>().toEqualTypeOf<StepEngine | undefined>();
});

test('a training gives the model it was given, and what it measured', () => {
  expectTypeOf<Parameters<typeof fit>[0]>().toEqualTypeOf<CtrModel>();
  expectTypeOf<Awaited<ReturnType<typeof fit>>>().toEqualTypeOf<FitResult>();
  expectTypeOf<FitResult['test']>().toEqualTypeOf<Evaluation | undefined>();
  expectTypeOf<Evaluation['auc']>().toEqualTypeOf<number>();
});
