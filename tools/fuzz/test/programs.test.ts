import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import { setBackend } from '@tensorflow/tfjs-core';
import { repairGradients } from '@ctrflow/compiler';
import { programSource } from '@ctrflow/testkit';
import type { Program } from '@ctrflow/testkit';
import { beforeAll, expect, test } from 'vitest';
import { fuzz } from '../src/programs/fuzz';
import { shrink } from '../src/programs/shrink';

beforeAll(async () => {
  await setBackend('cpu');
  repairGradients();
});

/** The part of every test run; `npm run -s fuzz -- --minutes 60 --seed 2` goes on where this ends. */
test('the engines agree on 120 random programs, gradients included', async () => {
  const { counts, findings } = await fuzz({ seed: 1, goesOn: (numPrograms) => numPrograms < 120 });
  expect(findings.map(({ seed, program, what }) => `${seed}: ${what}\n${programSource(program)}`)).toEqual([]);
  expect(counts.gradients).toBeGreaterThan(40);
  expect(counts.gradients + counts.forward).toBeGreaterThan(95);
});

test('a failing program is cut down to what fails', async () => {
  const program: Program = {
    inputs: [{ shape: [2], dtype: 'float32', data: [1.5, 2.5] }, { shape: [2], dtype: 'float32', data: [3, 4] }], // prettier-ignore
    steps: [
      { fn: 'add', args: [{ ref: 0 }, { ref: 1 }] },
      { fn: 'neg', args: [{ ref: 2 }] },
      { fn: 'exp', args: [{ ref: 3 }] },
      { fn: 'mul', args: [{ ref: 4 }, { ref: 0 }] },
      { fn: 'tanh', args: [{ ref: 0 }] },
    ],
    outputs: [5, 6],
  };
  const smallest = await shrink(program, ({ steps }) => Promise.resolve(steps.some(({ fn }) => fn === 'exp')));
  expect(smallest.steps).toEqual([{ fn: 'exp', args: [{ ref: 0 }] }]);
  expect(smallest.outputs).toEqual([1]);
  expect(programSource(smallest)).toBe("const x0 = tf.tensor([1,1], [2], 'float32');\nconst v1 = tf.exp(x0);\nreturn [v1];"); // prettier-ignore
});
