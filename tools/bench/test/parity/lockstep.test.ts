import { expect, it } from 'vitest';
import { inStep, renderLockstep } from '../../src/parity/lockstep';

const run = (fuxictr: readonly number[], single = fuxictr) => ({ model: 'fm', parameters: 1234, ours: [0.7, 0.65, 0.6, 0.55, 0.5, 0.45], fuxictr, single }); // prettier-ignore

// Planted bugs that this fails for: a difference that is not a share of the loss, NaN that passes, a judgement by the last steps, roundings without a limit.
it('judges the first five steps', () => {
  const same = [0.7, 0.65, 0.6, 0.55, 0.5];
  expect(inStep(run([...same, 0.45]))).toBe(true);
  expect(inStep(run([...same, 0.46]))).toBe(true); // roundings that have grown
  expect(inStep(run([0.7, 0.65, 0.6, 0.55, 0.500002, 0.45]))).toBe(false);
  expect(inStep(run([0.7, 0.65, 0.6, 0.55, 0.5000009, 0.45]))).toBe(true);
  expect(inStep(run([0.7, NaN, 0.6, 0.55, 0.5, 0.45]))).toBe(false);
});

it('allows what roundings alone do to the peer, as long as its loss is not cut off', () => {
  const exact = [0.7, 0.65, 0.6, 0.55, 0.50001, 0.45]; // ours differ by 2e-5
  const rounded = (last: number): number[] => [0.7, 0.65, 0.6, 0.55, last, 0.45];
  expect(inStep(run(exact))).toBe(false);
  expect(inStep(run(exact, rounded(0.500013)))).toBe(true); // 6e-6: a fourth of it is enough
  expect(inStep(run(exact, rounded(0.500011)))).toBe(false); // 2e-6
  expect(inStep(run(exact, rounded(0.51)))).toBe(false); // 2e-2 is no rounding
});

it('shows the differences', () => {
  const text = renderLockstep({ rows: 10, steps: 6, runs: [run([0.7, 0.65, 0.6, 0.55, 0.5, 0.46])] });
  expect(text).toContain('loss of 6 steps from the same weights on one batch of 10 rows');
  expect(text.split('\n')[2]).toMatch(
    /fm {2,}1,234 {2,}0.700000 {2,}0.450000 {2,}0.460000 {2,}0.0e\+0 {2,}0.0e\+0 {2,}2.2e-2 {2,}in step/,
  );
  expect(renderLockstep({ rows: 1, steps: 2, runs: [], skipped: 'no torch' })).toContain('FuxiCTR was left out: no torch'); // prettier-ignore
});
