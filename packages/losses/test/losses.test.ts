import {
  ROUNDOFF,
  allLosses,
  differentiableOutputs,
  directionalDifference,
  exactLoss,
  project,
  randomLossInputs,
  signs,
} from '@ctrflow/testkit';
import type { PlainLossInputs } from '@ctrflow/testkit';
import { permutation, randomKey } from '@ctrflow/core';
import { memory, mul } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Loss } from '../src/index';
import { run } from './run-loss';

const batches = fc.record({ B: fc.integer({ min: 1, max: 8 }), seed: fc.nat({ max: 10_000 }) });

/** Roundings of a term: some 30 operations of 1 to 4 units, sums of at most 64 terms. */
const bound = (size: number): number => 100 * ROUNDOFF * (size + 2 ** -20);

/** The same batch with the rows of another behind it, or in another order, or with other numbers. */
function mapRows(inputs: PlainLossInputs, map: <T>(rows: readonly T[], name: string) => readonly T[]): PlainLossInputs {
  return {
    outputs: Object.fromEntries(Object.entries(inputs.outputs).map(([name, rows]) => [name, map(rows, name)])),
    targets: Object.fromEntries(
      Object.entries(inputs.targets).map(([name, { values, weights }]) => [
        name,
        { values: map(values, 'values'), weights: map(weights, 'weights') },
      ]),
    ),
    weights: map(inputs.weights, 'weights'),
    groups: map(inputs.groups, 'groups'),
  };
}

/** An output of the batch, replaced. */
function withOutput(inputs: PlainLossInputs, name: string, of: (value: number, at: number) => number): PlainLossInputs {
  const rows = inputs.outputs[name].map((row, b) => row.map((value, d) => of(value, b * row.length + d)));
  return { ...inputs, outputs: { ...inputs.outputs, [name]: rows } };
}

function expectOracle(loss: Loss, inputs: PlainLossInputs): void {
  const before = memory().numTensors;
  const { value, gradients } = run(loss, inputs);
  expect(memory().numTensors).toBe(before);
  const exact = exactLoss(loss, inputs);
  expect(Math.abs(value - exact.value), `${value} against ${exact.value}`).toBeLessThanOrEqual(bound(exact.size));
  for (const name of differentiableOutputs(loss, inputs)) {
    const flat = Float64Array.from(inputs.outputs[name].flat());
    const direction = signs(flat.length, name);
    const at = (numbers: Float64Array): number =>
      exactLoss(
        loss,
        withOutput(inputs, name, (_, i) => numbers[i]),
      ).value;
    const slope = directionalDifference(at, flat, direction);
    const found = project(gradients[name], direction);
    const message = `gradient of ${name}: ${found.value} against ${slope}`;
    expect(Math.abs(found.value - slope), message).toBeLessThanOrEqual(bound(found.magnitude + exact.size) + 1e-8 * (1 + exact.size)); // prettier-ignore
  }
}

describe.each(allLosses)('%s', (_, loss) => {
  // Planted bugs: a mean over rows, an unweighted divisor, a sign, classes off by one, pairs of two groups, the row's own item left out, ids compared with
  // themselves only, a correction of the sum alone, T in place of T^2.
  test('value and gradients follow the float64 loops', () => {
    fc.assert(
      fc.property(batches, ({ B, seed }) => {
        expectOracle(loss, randomLossInputs(loss, B, seed));
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  // Planted bugs: 0 / 0; a divisor so small that what is divided by it is infinite, and then times 0 not a number.
  test.each([1, 1e6])('a batch without weights gives 0, and so are its gradients, times %d', (times) => {
    const inputs = mapRows(randomLossInputs(loss, 5, 1), (rows, name) => (name === 'weights' ? rows.map(() => 0 as never) : rows)); // prettier-ignore
    const { value, gradients } = run({ ...loss, of: (given) => mul(loss.of(given), times) }, inputs);
    expect(value).toBe(0);
    for (const gradient of Object.values(gradients)) expect(gradient.every((x) => x === 0)).toBe(true);
  });

  // Planted bugs: rows of weight 0 among the negatives or in the list; a group's size taken from all rows.
  test('rows of weight 0 change nothing, whatever stands in them', () => {
    fc.assert(
      fc.property(batches, fc.integer({ min: 1, max: 3 }), ({ B, seed }, numMasked) => {
        const inputs = randomLossInputs(loss, B, seed);
        const others = randomLossInputs(loss, numMasked, seed + 1, 1e4);
        const masked = mapRows(others, (rows, name) => (name === 'weights' ? rows.map(() => 0 as never) : rows));
        const added: Record<string, readonly unknown[]> = { weights: masked.weights, groups: masked.groups, ...masked.outputs, values: Object.values(masked.targets)[0]?.values }; // prettier-ignore
        const both = mapRows(inputs, (rows, name) => [...rows, ...(added[name] as typeof rows)]);
        const [alone, padded] = [run(loss, inputs), run(loss, both)];
        expect(padded.value).toBe(alone.value);
        for (const [name, gradient] of Object.entries(alone.gradients)) {
          const withMasked = padded.gradients[name];
          expect(withMasked.slice(0, gradient.length).map((x) => x + 0)).toEqual(gradient.map((x) => x + 0)); // 0 is -0
          expect(withMasked.slice(gradient.length).every((x) => x === 0)).toBe(true);
        }
      }),
      { numRuns: 30, seed: 2 },
    );
  });

  test('the order of rows does not count', () => {
    fc.assert(
      fc.property(batches, ({ B, seed }) => {
        const inputs = randomLossInputs(loss, B, seed);
        const order = [...permutation(randomKey(seed), B)];
        const shuffled = mapRows(inputs, (rows) => order.map((row) => rows[row]));
        expect(Math.abs(run(loss, shuffled).value - run(loss, inputs).value)).toBeLessThanOrEqual(2 * bound(exactLoss(loss, inputs).size)); // prettier-ignore
      }),
      { numRuns: 20, seed: 3 },
    );
  });

  // Planted bugs: an exponential that overflows, a logarithm of 0, an infinity times the weight 0.
  test.each([40, 1e4])('outputs up to %d give the value, and finite gradients', (limit) => {
    fc.assert(
      fc.property(batches, ({ B, seed }) => {
        const inputs = randomLossInputs(loss, B, seed, limit);
        const { value, gradients } = run(loss, inputs);
        const exact = exactLoss(loss, inputs);
        expect(Math.abs(value - exact.value), `${value} against ${exact.value}`).toBeLessThanOrEqual(bound(exact.size));
        for (const gradient of Object.values(gradients)) expect(gradient.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 20, seed: 4 },
    );
  });

  test('its fields are plain, and name it', () => {
    const { of, ...fields } = loss;
    expect(of).toBeTypeOf('function');
    expect(JSON.parse(JSON.stringify(loss))).toEqual(fields);
  });
});

// Planted bug: a softmax whose score of the positive is not shifted with the others.
test.each(allLosses.filter(([, { kind }]) => kind.includes('softmax') || kind === 'pairwise-logistic'))(
  'a number added to all scores changes nothing: %s',
  (_, loss) => {
    const inputs = randomLossInputs(loss, 8, 5);
    const name = 'query' in loss ? (loss as { logQ?: string }).logQ : loss.output;
    if (name === undefined) return;
    const shifted = withOutput(inputs, name, (value) => value + 8);
    const { size } = exactLoss(loss, inputs);
    expect(Math.abs(run(loss, shifted).value - run(loss, inputs).value)).toBeLessThanOrEqual(bound(size + 64));
  },
);
