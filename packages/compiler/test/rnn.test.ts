import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { foldIn, randomKey, uniformAt } from '@ctrflow/core';
import { beforeAll, expect, test } from 'vitest';
import { repairGradients } from '../src/index';
import { checkOp } from './checked-op';
import { compiled, floats } from './compiled';
import type { Data } from './compiled';
import { exactRecurrence, gruStep, lstmStep, simpleStep } from './rnn-oracles';
import type { Recurrent, Step } from './rnn-oracles';

const [B, D, H] = [2, 3, 4];

function numbers(shape: readonly number[], seed: string): Data {
  const key = foldIn(randomKey(11), seed);
  const size = shape.reduce((product, dim) => product * dim, 1);
  return floats(
    shape,
    Array.from({ length: size }, (_, i) => 2 * uniformAt(key, i) - 1),
  );
}

interface RecurrentCase {
  readonly name: string;
  readonly make: (returnSequences: boolean) => ReturnType<typeof layers.gru>;
  readonly step: Step;
  readonly numGates: number;
  readonly numStates: number;
}

const cases: readonly RecurrentCase[] = [
  { name: 'simpleRNN', make: (returnSequences) => layers.simpleRNN({ units: H, returnSequences, recurrentInitializer: 'zeros' }), step: simpleStep, numGates: 1, numStates: 1 }, // prettier-ignore
  { name: 'gru', make: (returnSequences) => layers.gru({ units: H, returnSequences, recurrentInitializer: 'zeros', recurrentActivation: 'sigmoid' }), step: gruStep, numGates: 3, numStates: 1 }, // prettier-ignore
  { name: 'lstm', make: (returnSequences) => layers.lstm({ units: H, returnSequences, recurrentInitializer: 'zeros', recurrentActivation: 'sigmoid' }), step: lstmStep, numGates: 4, numStates: 2 }, // prettier-ignore
];

beforeAll(repairGradients);

/** The layer as a function of its input and weights, so that all of them can be differentiated. */
function asFunction(
  { make }: RecurrentCase,
  T: number,
  returnSequences: boolean,
): (...inputs: tf.Tensor[]) => tf.Tensor {
  const layer = make(returnSequences);
  tf.tidy(() => layer.apply(tf.zeros([B, T, D])) as tf.Tensor); // builds it
  // The cell reads its weights through `read()`: each is a variable that a custom gradient cannot reach, so its value is replaced.
  const weights = layer.weights as unknown as { read: () => tf.Tensor }[];
  return (x, ...values) => {
    weights.forEach((weight, i) => (weight.read = () => values[i]));
    return layer.apply(x) as tf.Tensor;
  };
}

// Planted bugs: a gate taken for another, a step that does not see the state, a gradient that stops after one step, T = 1 (a list of one part).
test.each(cases.flatMap((own) => [1, 4].flatMap((T) => [true, false].map((sequences) => ({ ...own, T, sequences })))))(
  '$name over $T steps, sequences $sequences, follows the oracle with all gradients',
  async (own) => {
    const { step, numGates, numStates, T, sequences } = own;
    await checkOp({
      op: asFunction(own, T, sequences),
      oracle: (x, kernel, recurrent, bias) => {
        const outputs = exactRecurrence(step, x, { kernel, recurrent, bias }, { B, T, D, H, numStates });
        return sequences ? outputs : Float64Array.from({ length: B * H }, (_, i) => outputs[(Math.floor(i / H) * T + T - 1) * H + (i % H)]); // prettier-ignore
      },
      inputs: [
        numbers([B, T, D], 'x'),
        numbers([D, numGates * H], 'kernel'),
        numbers([H, numGates * H], 'recurrent'),
        numbers([numGates * H], 'bias'),
      ],
      roundings: 32 * T,
    });
  },
);

// Planted bug: a padded step that changes the state.
test.each(cases)(
  '$name with a mask keeps its state where the mask is 0',
  async ({ make, step, numGates, numStates }) => {
    const T = 4;
    const mask = [1, 1, 0, 0, 1, 1, 1, 0];
    const layer = make(true);
    tf.tidy(() => layer.apply(tf.zeros([B, T, D])) as tf.Tensor); // builds it
    const weights = [[D, numGates * H], [H, numGates * H], [numGates * H]].map((shape, i) => numbers(shape, `w${i}`)); // prettier-ignore
    layer.setWeights(weights.map(({ values, shape }) => tf.tensor(values, [...shape])));
    const x = numbers([B, T, D], 'x');
    const { y } = await compiled((inputs) => ({ y: layer.apply(inputs.x, { mask: inputs.mask }) as tf.Tensor }), {
      x,
      mask: { shape: [B, T], dtype: 'bool', values: Uint8Array.from(mask) },
    });
    const [kernel, recurrent, bias] = weights.map(({ values }) => Float64Array.from(values));
    const exact = exactRecurrence(step, Float64Array.from(x.values), { kernel, recurrent, bias } satisfies Recurrent, { B, T, D, H, numStates, mask }); // prettier-ignore
    // What a masked step puts out is the state before it in the layers of tfjs, too.
    y.data.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(128 * 2 ** -24);
    });
    layer.dispose();
  },
);
