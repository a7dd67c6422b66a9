import fc from 'fast-check';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { graphFromJson, graphToJson, optimize, record } from '../src/index';
import type { Attribute, Constant, DType, Graph, GraphNode, Value } from '../src/index';
import { compiled, floats, runGraph, specs } from './compiled';

const special = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1e-45, 3.4e38);
const number = fc.oneof(special, fc.float().map(Math.fround), fc.integer());
const affine = fc.record({ times: fc.integer({ min: 1, max: 9 }), plus: fc.integer({ min: -3, max: 3 }) });
const dim = fc.oneof(fc.nat(9), affine);
const dtype = fc.constantFrom<DType>('float32', 'int32', 'bool');
const value: fc.Arbitrary<Value> = fc.record({ shape: fc.array(dim, { maxLength: 4 }), dtype });

const array: fc.Arbitrary<Constant> = fc
  .oneof(
    fc.array(number, { maxLength: 5 }).map((numbers) => Float32Array.from(numbers)),
    fc.array(fc.integer(), { maxLength: 5 }).map((numbers) => Int32Array.from(numbers)),
    fc.array(fc.nat(1), { maxLength: 5 }).map((numbers) => Uint8Array.from(numbers)),
  )
  .map((data) => ({ kind: 'array', data }));
const uniform: fc.Arbitrary<Constant> = fc.oneof(number, affine).map((of) => ({ kind: 'uniform', value: of }));

const attribute: fc.Arbitrary<Attribute> = fc.letrec<{ any: Attribute }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 2 },
    number,
    affine,
    fc.string(),
    fc.constantFrom('NaN', 'Infinity', '-0'),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
})).any;

const name = fc.string({ minLength: 1, maxLength: 8 });
const id = fc.nat(20);
const port = fc.record({ name, value: id });
const node: fc.Arbitrary<GraphNode> = fc.record({
  op: name,
  inputs: fc.array(id, { maxLength: 3 }),
  outputs: fc.array(id, { maxLength: 2 }),
  attrs: fc.dictionary(fc.constantFrom('axis', 'alpha', 'paddings', 'number', 'clipValueMax'), attribute),
  scope: fc.string(),
});
const graph: fc.Arbitrary<Graph> = fc.record({
  values: fc.array(fc.tuple(id, value)).map((entries) => new Map(entries)),
  constants: fc.array(fc.tuple(id, fc.oneof(uniform, array))).map((entries) => new Map(entries)),
  inputs: fc.array(port, { maxLength: 2 }),
  variables: fc.array(port, { maxLength: 2 }),
  nodes: fc.array(node, { maxLength: 4 }),
  outputs: fc.array(port, { maxLength: 2 }),
  updates: fc.array(port, { maxLength: 2 }),
});

/** Objects without prototypes of their own, as fast-check's dictionaries are, become plain ones. */
const plain = <T>(drawn: T): T => structuredClone(drawn);

// Planted bugs: NaN, an infinity or -0 of a uniform constant or an attribute that becomes null or 0; a text 'NaN' that becomes a number; int32 read as float32.
test('a graph comes back from JSON as it was', () => {
  fc.assert(
    fc.property(graph, (drawn) => {
      const text = graphToJson(drawn);
      expect(graphFromJson(text)).toStrictEqual(plain(drawn));
      expect(graphToJson(graphFromJson(text))).toBe(text);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('a graph with infinities computes the same after JSON', async () => {
  const x = floats([4], [-Infinity, -1, 2, NaN]);
  const body = (input: tf.Tensor): tf.Tensor =>
    tf.add(tf.clipByValue(tf.maximum(input, tf.fill([4], -Infinity)), -0, Infinity), tf.tensor1d([0, -Infinity, 1, 0]));
  const recorded = optimize(record(({ inputs }) => ({ y: body(inputs.x) }), { inputs: specs({ x: [4] }) }));
  const after = await runGraph(graphFromJson(graphToJson(recorded)), { x });
  const before = await compiled((inputs) => ({ y: body(inputs.x) }), { x });
  expect(after).toEqual(before);
  expect(after.y.data.slice(0, 3)).toEqual([0, -Infinity, 3]);
});

test.each(['{}', '{"version":1,"values":[],"constants":[]}', '{"version":2}'])('refuses %s', (text) => {
  expect(() => graphFromJson(text)).toThrow(/graph: expected a graph of version 2, got/);
});
