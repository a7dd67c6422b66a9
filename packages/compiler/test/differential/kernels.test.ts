import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import type { Tensor } from '@tensorflow/tfjs-core';
import { setBackend } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { encodeOnnx, lower, lowerings, optimize } from '../../src/index';
import { recordProgram, runEagerly, runProgram } from '../run-graph';
import { cases, windowKernels } from './cases/index';
import { difference } from './compare';

// Every lowered kernel against plain loops in float64, as recorded and as rewritten, and tfjs-backend-cpu against the same loops.
// `CTRFLOW_RUNS=500 npx vitest run packages/compiler/test/differential` draws more.

const numRuns = Number(process.env.CTRFLOW_RUNS ?? 24);
const seed = Number(process.env.CTRFLOW_SEED ?? 1);

beforeAll(() => setBackend('cpu'));

test('every lowered kernel has a case, every case a lowering', () => {
  const covered = new Set([...Object.keys(cases).map(kernelOf), ...windowKernels]);
  expect([...covered].sort()).toEqual(Object.keys(lowerings).sort());
});

describe('kernels against float64 loops', () => {
  test.each(Object.entries(cases))('%s', async (name, { draw, run, oracle, eagerDiffers, runs = Infinity }) => {
    let seen = false;
    const property = fc.asyncProperty(draw, async ({ inputs, attrs }) => {
      const program = (tensors: readonly Tensor[]): Tensor | readonly Tensor[] => run(tensors, attrs);
      const wanted = [oracle(inputs, attrs)].flat();
      const recorded = recordProgram(inputs, program);
      const optimized = optimize(recorded);
      seen ||= [...recorded.nodes, ...optimized.nodes].some(({ op }) => op === kernelOf(name));
      expect(difference(await runProgram(optimized, inputs), wanted), 'optimized').toBeUndefined();
      expect(difference(await runProgram(recorded, inputs), wanted), 'as recorded').toBeUndefined();
      const [own, portable] = (['onnxruntime', 'portable'] as const).map((target) =>
        encodeOnnx(lower(optimized, { target })),
      );
      if (Buffer.compare(own, portable) !== 0)
        expect(difference(await runProgram(optimized, inputs, 'portable'), wanted), 'portable').toBeUndefined();
      if (eagerDiffers === undefined)
        expect(difference(runEagerly(program, inputs), wanted), 'tfjs-backend-cpu').toBeUndefined();
    });
    await fc.assert(property, { numRuns: Math.min(numRuns, runs), seed, unbiased: true });
    expect(seen, `a program that calls ${kernelOf(name)}`).toBe(true);
  });
});

/** `BatchMatMul` of `BatchMatMul#broadcast`. */
function kernelOf(name: string): string {
  return name.split('#')[0];
}
