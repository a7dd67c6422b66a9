import { expectTypeOf, test } from 'vitest';
import type { createFitter } from '../src/index';
import type { EncodedColumns, FeatureSchema, FieldSpec, SchemaSpec } from '../src/index';

// What follows is checked by the compiler (`npm run typecheck`): a line that should not compile but does is an error.

test('a field has the options of its kind, and no others', () => {
  expectTypeOf<{ name: string; kind: 'categorical'; minCount: number }>().toExtend<FieldSpec>();
  expectTypeOf<{ name: string; kind: 'hashed' }>().not.toExtend<FieldSpec>(); // without numBuckets
  expectTypeOf<{ name: string; kind: 'crossed' }>().not.toExtend<FieldSpec>(); // without fields
  expectTypeOf<{ name: string; kind: 'categoric' }>().not.toExtend<FieldSpec>();
  const spec: SchemaSpec = {
    fields: [
      { name: 'age', kind: 'numeric', transform: 'standard' },
      // @ts-expect-error a normalization that numeric fields do not have
      { name: 'price', kind: 'numeric', transform: 'z-score' },
      // @ts-expect-error categorical fields are not normalized
      { name: 'city', kind: 'categorical', transform: 'standard' },
    ],
  };
  expectTypeOf(spec.fields[0].kind).toEqualTypeOf<FieldSpec['kind']>();
});

test('fitting gives a schema, which encodes rows into typed arrays', () => {
  expectTypeOf<ReturnType<ReturnType<typeof createFitter>['finish']>>().toEqualTypeOf<FeatureSchema>();
  expectTypeOf<ReturnType<FeatureSchema['encode']>>().toEqualTypeOf<EncodedColumns>();
  expectTypeOf<EncodedColumns['ids'][string]>().toEqualTypeOf<Int32Array>();
  expectTypeOf<EncodedColumns['values'][string]>().toEqualTypeOf<Float32Array>();
});
