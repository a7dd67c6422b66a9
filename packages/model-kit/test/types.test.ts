import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { FactorizationMachine, GRU, MLP } from '@ctrflow/layers';
import { expectTypeOf, test } from 'vitest';
import type { AnyLayerCall, Assembly, CtrModel, LayerCall, ModelFactory } from '../src/index';
import { wide } from './wide';

// What follows is checked by the compiler (`npm run typecheck`).
test('a definition types the options of its factory', () => {
  expectTypeOf(wide).toExtend<ModelFactory<{ readonly bias?: boolean }>>();
  expectTypeOf(wide).returns.toEqualTypeOf<CtrModel>();
  expectTypeOf<{ bias: true; embeddingDim: 4; seed: 2 }>().toExtend<NonNullable<Parameters<typeof wide>[1]>>();
  expectTypeOf<{ bias: 'yes' }>().not.toExtend<NonNullable<Parameters<typeof wide>[1]>>();
});

test('what a layer gives has the rank that its class says', () => {
  expectTypeOf<LayerCall<FactorizationMachine>>().toEqualTypeOf<(embeddings: Tensor3D) => Tensor2D>();
  const deep = ((x: Tensor) => x) as LayerCall<MLP>;
  expectTypeOf(deep({} as Tensor2D)).toEqualTypeOf<Tensor2D>();
  expectTypeOf(deep({} as Tensor3D)).toEqualTypeOf<Tensor3D>();
  expectTypeOf<LayerCall<GRU>>().toEqualTypeOf<AnyLayerCall>(); // one state or all of them, as an option says
  expectTypeOf<LayerCall>().toEqualTypeOf<AnyLayerCall>();
  const matrix = (a: Assembly): Tensor2D => a.weight('kernel', [2, 3])();
  expectTypeOf(matrix).returns.toEqualTypeOf<Tensor2D>();
});
