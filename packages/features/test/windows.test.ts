import { fittedSchema } from '@ctrflow/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { schemaFromJSON, windowFields, windowsOf } from '../src/index';
import type { FieldSpec } from '../src/index';

// Planted bug that this fails for: an order of the slots that follows the schema's fields.
test('a window is found in the order of steps and channels, however its fields stand, also in a schema read back', () => {
  const cases = fc.record({
    numSteps: fc.integer({ min: 1, max: 12 }),
    C: fc.integer({ min: 1, max: 3 }),
    turn: fc.nat(),
  });
  fc.assert(
    fc.property(cases, ({ numSteps, C, turn }) => {
      const channels = ['a', 'b', 'c'].slice(0, C);
      const fields = windowFields('weeks', { channels, numSteps });
      const steps = fields.slice(C).reverse(); // the first step stays, so that the channels keep their order
      const turned = [
        ...fields.slice(0, C),
        ...steps.slice(turn % (steps.length + 1)),
        ...steps.slice(0, turn % (steps.length + 1)),
      ];
      const schema = fittedSchema({ fields: [{ name: 'city', kind: 'categorical' }, ...turned] });
      for (const each of [schema, schemaFromJSON(JSON.parse(JSON.stringify(schema)))]) {
        const [found, ...others] = windowsOf(each);
        expect(others).toEqual([]);
        const slots = Array.from({ length: numSteps }, (_, t) =>
          channels.map((channel) => `weeks.${channel}.${t}`),
        ).flat();
        expect(found).toEqual({ name: 'weeks', channels, numSteps, slots });
      }
    }),
    { numRuns: 30, seed: 1 },
  );
});

test('numbers of a window stay as they are, missing ones are 0', () => {
  const schema = fittedSchema({ fields: windowFields('days', { channels: ['spend'], numSteps: 2 }) });
  const { values } = schema.encode({
    numRows: 2,
    columns: {
      'days.spend.0': { kind: 'number', values: Float64Array.of(3, NaN) },
      'days.spend.1': { kind: 'number', values: Float64Array.of(0, 7) },
    },
  });
  expect(values).toEqual({ 'days.spend.0': Float32Array.of(3, 0), 'days.spend.1': Float32Array.of(0, 7) });
});

test('windows with holes and bad places are refused', () => {
  const fields = windowFields('weeks', { channels: ['a', 'b'], numSteps: 3 });
  expect(() => windowsOf(fittedSchema({ fields: fields.slice(1) }))).toThrow(
    'window "weeks": expected one field for step 0 of "a", got 0',
  );
  const bad = (window: unknown): FieldSpec => ({ name: 'x', kind: 'numeric', window }) as FieldSpec;
  expect(() => fittedSchema({ fields: [bad({ name: 'w', channel: 'a', step: -1 })] })).toThrow(/for step, got -1/);
  expect(() => fittedSchema({ fields: [bad({ name: '', channel: 'a', step: 0 })] })).toThrow(/not empty for name/);
  expect(() => fittedSchema({ fields: [bad('w')] })).toThrow(/name, channel, step/);
  const quantile: FieldSpec = {
    name: 'x',
    kind: 'numeric',
    transform: 'quantile',
    window: { name: 'w', channel: 'a', step: 0 },
  };
  expect(() => fittedSchema({ fields: [quantile] })).toThrow(/a transform that gives a number/);
  expect(() => windowFields('w', { channels: ['a'], numSteps: 0 })).toThrow('windowFields: expected an integer >= 1');
});
