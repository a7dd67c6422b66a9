import { randomLossInputs } from '@ctrflow/testkit';
import { expect, test } from 'vitest';
import {
  binaryCrossEntropy,
  distillationLoss,
  focalLoss,
  inBatchSoftmax,
  pairwiseLogistic,
  softmaxCrossEntropy,
} from '../src/index';
import type { Loss } from '../src/index';
import { run } from './run-loss';

const target = 'click';

test('options that mean nothing are refused by name', () => {
  expect(() => focalLoss({ target, gama: 1 } as never)).toThrow('focalLoss: expected an option among output, target, gamma, alpha, got "gama"; did you mean "gamma"?'); // prettier-ignore
  expect(() => focalLoss({ target, gamma: -1 })).toThrow('focalLoss: expected a finite number >= 0 for gamma, got -1');
  expect(() => focalLoss({ target, alpha: 1 })).toThrow('for alpha, got 1');
  expect(() => distillationLoss({ target, temperature: 0 })).toThrow('distillationLoss: expected a finite number > 0 for temperature, got 0'); // prettier-ignore
  expect(() => inBatchSoftmax({ temperature: -1 })).toThrow('inBatchSoftmax: expected a finite number > 0 for temperature, got -1'); // prettier-ignore
  expect(() => binaryCrossEntropy({} as never)).toThrow(
    'binaryCrossEntropy: expected a text for target, got undefined',
  );
});

// Planted bugs: a vector where a number belongs, which broadcasts to a wrong mean; a name that every object has.
test('outputs, targets and groups that a step lacks, or in another shape, are refused by name', () => {
  const inputs = randomLossInputs(binaryCrossEntropy({ target }), 4, 1);
  const vectors = { ...inputs, outputs: { logit: inputs.outputs.logit.map(([z]) => [z, z]), user: [[1], [2], [3], [4]] } }; // prettier-ignore
  const of = binaryCrossEntropy({ target });
  expect(() => run(of, vectors)).toThrow('binaryCrossEntropy: expected [B, 1] for the output logit, got [4,2]');
  expect(() => run(binaryCrossEntropy({ output: 'constructor', target }), inputs)).toThrow('binaryCrossEntropy: expected an output constructor, got "logit"'); // prettier-ignore
  expect(() => run(binaryCrossEntropy({ target: 'buy' }), inputs)).toThrow('binaryCrossEntropy: expected a target buy, got "click"'); // prettier-ignore
  expect(() => run(softmaxCrossEntropy({ target }), inputs)).toThrow('softmaxCrossEntropy: expected [B, 2 or more] for the output logit, got [4,1]'); // prettier-ignore
  expect(() => run(inBatchSoftmax({ item: 'logit' }), vectors)).toThrow('inBatchSoftmax: expected vectors of one length for user and logit, got [[4,1],[4,2]]'); // prettier-ignore
  const pairs = pairwiseLogistic({ target });
  const withoutGroups: Loss = { ...pairs, of: ({ outputs, targets, weights }) => pairs.of({ outputs, targets, weights }) }; // prettier-ignore
  expect(() => run(withoutGroups, inputs)).toThrow('pairwiseLogistic: expected groups of the rows, got undefined; name a group column in the schema'); // prettier-ignore
});
