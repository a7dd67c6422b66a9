import { ROUNDOFF, randomLossInputs } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  distillationLoss,
  focalLoss,
  inBatchSoftmax,
  listwiseSoftmax,
  pairwiseLogistic,
  poissonLoss,
  sampledSoftmax,
  softmaxCrossEntropy,
} from '../src/index';
import { run } from './run-loss';

const close = (a: number, b: number): void => {
  expect(Math.abs(a - b), `${a} against ${b}`).toBeLessThanOrEqual(64 * ROUNDOFF * (1 + Math.abs(b)));
};
const target = 'click';
const inputs = { ...randomLossInputs(binaryCrossEntropy({ target }), 12, 3), groups: [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2] }; // prettier-ignore
const crossEntropy = run(binaryCrossEntropy({ target }), inputs);

test('focal loss with gamma 0 and alpha 1/2 is half the cross-entropy', () => {
  const focal = run(focalLoss({ target, gamma: 0, alpha: 0.5 }), inputs);
  close(2 * focal.value, crossEntropy.value);
  focal.gradients.logit.forEach((x, i) => {
    close(2 * x, crossEntropy.gradients.logit[i]);
  });
});

test('a teacher that is always sure and right is the label', () => {
  close(run(distillationLoss({ target }), inputs).value, crossEntropy.value);
});

test('a softmax over no click and click is the sigmoid', () => {
  const outputs = { logit: inputs.outputs.logit.map(([z]) => [0, z]) };
  close(run(softmaxCrossEntropy({ target }), { ...inputs, outputs }).value, crossEntropy.value);
});

test('a softmax over one positive and one negative is the pairwise loss, sampled, listed or in the batch', () => {
  const pair = {
    targets: { click: { values: [1, 0], weights: [1, 1] } },
    weights: [1, 1],
    groups: [0, 0],
  };
  const listed = { ...pair, outputs: { logit: [[1.5], [-0.25]] } };
  const { value } = run(pairwiseLogistic({ target }), listed);
  close(value, Math.log1p(Math.exp(-1.75)));
  close(run(listwiseSoftmax({ target }), listed).value, value);
  close(run(sampledSoftmax({ target }), { ...pair, outputs: { scores: [[1.5, -0.25], [0, 0]] } }).value, value); // prettier-ignore
  const towers = { user: [[1, 0.5], [9, 9]], item: [[1, 1], [0, -0.5]] }; // prettier-ignore
  close(run(inBatchSoftmax({ target }), { ...pair, outputs: towers }).value, value);
});

test('the mean of the counts has the least Poisson loss', () => {
  const counts = {
    targets: { n: { values: [0, 1, 5], weights: [1, 2, 1] } },
    weights: [1, 2, 1],
    groups: [-1, -1, -1],
  };
  const at = (z: number) => run(poissonLoss({ target: 'n' }), { ...counts, outputs: { logit: [[z], [z], [z]] } });
  const slope = (z: number): number => at(z).gradients.logit.reduce((sum, x) => sum + x, 0);
  close(slope(Math.log(7 / 4)), 0);
  expect(slope(0.5)).toBeLessThan(0);
  expect(slope(0.6)).toBeGreaterThan(0);
});
