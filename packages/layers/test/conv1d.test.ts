import { ROUNDOFF, exactActivations, exactConv1D } from '@ctrflow/testkit';
import { tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Conv1D, Conv1DBlock, pooling1D } from '../src/index';
import { expectOracle, outputOf, placed } from './layer-check';
import type { Input, Named } from './layer-check';
import { numbers, rowsOf } from './numbers';
import { sequencesOf } from './recurrent';

const cases = fc.record({
  B: fc.integer({ min: 1, max: 3 }),
  T: fc.integer({ min: 4, max: 9 }),
  C: fc.integer({ min: 1, max: 3 }),
  filters: fc.integer({ min: 1, max: 3 }),
  kernelSize: fc.integer({ min: 1, max: 4 }),
  padding: fc.constantFrom('same' as const, 'causal' as const, 'valid' as const),
});
const input = (B: number, T: number, C: number): Input => ({ shape: [B, T, C], values: numbers('x', B * T * C) });
/** Zeros around the sequence, by definition of the paddings. */
const zerosOf = (padding: string, K: number): { before: number; after: number } => {
  if (padding === 'valid') return { before: 0, after: 0 };
  if (padding === 'causal') return { before: K - 1, after: 0 };
  return { before: Math.floor((K - 1) / 2), after: Math.ceil((K - 1) / 2) };
};

describe('Conv1D', () => {
  // Planted bugs that this fails for: a flipped kernel, zeros at the wrong end, channels and steps of the kernel exchanged.
  test('follows the float64 oracle, and so do its gradients', () => {
    fc.assert(
      fc.property(cases, ({ B, T, C, filters, kernelSize, padding }) => {
        const inputs = [input(B, T, C)];
        const layer = placed(new Conv1D({ filters, kernelSize, padding }), inputs, 1);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, C).flatMap((x) => {
            const zeros = zerosOf(padding, kernelSize);
            return exactConv1D(x, given['layer/kernel'], given['layer/bias'], { size: kernelSize, ...zeros }).flat();
          });
        const terms = kernelSize * C + 1;
        expectOracle(layer, inputs, { exact, bound: terms * terms * ROUNDOFF, numDifferentiated: 1 });
        layer.dispose();
      }),
      { numRuns: 25, seed: 1 },
    );
  });

  // Planted bug that this fails for: one zero too few at the beginning.
  test('causal: what comes later has no influence', () => {
    const x = input(1, 6, 2);
    const layer = placed(new Conv1D({ filters: 2, kernelSize: 3, padding: 'causal' }), [x], 1);
    const before = rowsOf(outputOf(layer, [x]), 2);
    const changed = { ...x, values: x.values.map((value, i) => (i >= 8 ? value + 1 : value)) };
    const after = rowsOf(outputOf(layer, [changed]), 2);
    expect(after.slice(0, 4)).toEqual(before.slice(0, 4));
    expect(after[4]).not.toEqual(before[4]);
  });

  test('refuses a sequence that is too short, what is none, and bad options', () => {
    const layer = new Conv1D({ filters: 1, kernelSize: 5, padding: 'valid' });
    expect(() => layer.apply(tensor3d([[[1], [2]]]))).toThrow(/expected 5 steps or more, as kernelSize, got 2/);
    expect(() => new Conv1D({ filters: 1 }).apply(tensor2d([[1]]))).toThrow(/expected a sequence \[B, T, C\], got/);
    expect(() => new Conv1D({ filters: 1, kernelSize: 0 })).toThrow('Conv1D: expected an integer >= 1 for kernelSize');
    expect(() => new Conv1D({ filters: 1, padding: 'sam' as never })).toThrow('did you mean "same"?');
  });
});

describe('Conv1DBlock', () => {
  // Planted bugs that this fails for: pooling before the activation (with leaky slopes and means), windows that overlap, a last window that is cut.
  test('is convolution, activation and pooling, and so are its gradients', () => {
    const choices = fc.record({
      poolSize: fc.integer({ min: 1, max: 3 }),
      pooling: fc.constantFrom('max' as const, 'mean' as const),
      activation: fc.constantFrom('leaky-relu' as const, 'tanh' as const),
    });
    fc.assert(
      fc.property(cases, choices, ({ B, T, C, filters, kernelSize }, { poolSize, pooling, activation }) => {
        const inputs = [input(B, T, C)];
        const layer = placed(new Conv1DBlock({ filters, kernelSize, poolSize, pooling, activation }), inputs, 1);
        const exact = (given: Named): number[] =>
          sequencesOf(given.input_0, T, C).flatMap((x) => {
            const options = { size: kernelSize, ...zerosOf('same', kernelSize) };
            const features = exactConv1D(x, given['layer/conv/kernel'], given['layer/conv/bias'], options).map((step) =>
              step.map(exactActivations[activation]),
            );
            return Array.from({ length: Math.floor(T / poolSize) }, (_, w) =>
              Array.from({ length: filters }, (__, f) => {
                const window = features.slice(w * poolSize, (w + 1) * poolSize).map((step) => step[f]);
                if (pooling === 'max') return Math.max(...window);
                return window.reduce((total, y) => total + y, 0) / poolSize;
              }),
            ).flat();
          });
        const terms = kernelSize * C + 4;
        expectOracle(layer, inputs, { exact, bound: terms * terms * ROUNDOFF, numDifferentiated: 1 });
        layer.dispose();
      }),
      { numRuns: 25, seed: 2 },
    );
  });

  test('refuses a window that is longer than the sequence, and bad options', () => {
    expect(() => pooling1D(tensor3d([[[1], [2]]]), 3, 'max')).toThrow('pooling1D: expected 3 steps or more, got 2');
    expect(() => new Conv1DBlock({ filters: 1, poolSize: 0 })).toThrow('Conv1DBlock: expected an integer >= 1');
    expect(() => new Conv1DBlock({ filters: 1, pooling: 'avg' as never })).toThrow('Conv1DBlock: expected one of');
    expect(() => new Conv1DBlock({ filters: 1, activation: 'rely' as never })).toThrow('did you mean "relu"?');
  });
});
