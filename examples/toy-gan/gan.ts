/** A generator and a discriminator as one model with two objectives. */
import { integer, units } from '@ctrflow/core';
import type { EncodedColumns } from '@ctrflow/features';
import { MLP } from '@ctrflow/layers';
import { discriminatorLoss, generatorLoss } from '@ctrflow/losses';
import { adam, defineModel } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { compiledEngine } from '@ctrflow/training';
import { noise } from './noise';

/**
 * Points `[B, F]` that look like the numeric fields of the data.
 *
 * The discriminator learns to tell real from generated points, the generator to be taken for real; each trains its own weights, in its own turn of every step.
 *
 * @see Goodfellow et al.: Generative Adversarial Nets. NeurIPS 2014, algorithm 1 and, for the generator, the loss that does not saturate.
 */
export const toyGan = defineModel({
  name: 'toy-gan',
  version: 1,
  summary: 'Generates rows that look like those of the numeric fields.',
  paper: 'Goodfellow et al.: Generative Adversarial Nets. NeurIPS 2014.',
  options: {
    hiddenUnits: units([32, 32], 'Units of each hidden layer of both networks.'),
    noiseSize: integer(4, 'Random numbers that a generated row is made of.', { min: 1 }),
    generatorEvery: integer(1, 'The generator learns in every k-th step of the discriminator.', { min: 1 }),
  },
  assemble(a, { hiddenUnits, noiseSize }) {
    const names = a.schema.slots.filter(({ kind }) => kind === 'value').map(({ name }) => name);
    const data = a.values(names);
    const z = a.feed(noise(noiseSize));
    const generator = a.layer('generator', new MLP({ hiddenUnits, outputUnits: names.length }));
    const discriminator = a.layer('discriminator', new MLP({ hiddenUnits, outputUnits: 1 }));
    return () => {
      const sample = generator(z()); // [B, F]
      return { sample, fake: discriminator(sample), real: discriminator(data()) };
    };
  },
  objectives: (_, { generatorEvery }) => [
    {
      name: 'discriminator',
      loss: discriminatorLoss({ real: 'real', fake: 'fake' }),
      weights: 'discriminator/**',
      optimizer: adam(2e-3, { beta1: 0.5 }),
    },
    {
      name: 'generator',
      loss: generatorLoss({ fake: 'fake' }),
      weights: 'generator/**',
      optimizer: adam(2e-3, { beta1: 0.5 }),
      every: generatorEvery,
    },
  ],
});

/** Rows that a trained generator makes, `[numRows, F]`. */
export async function generate(model: CtrModel, numRows: number): Promise<Float32Array> {
  const prepared = await compiledEngine({ threads: 1 }).prepare(model);
  const zeros = model.schema.slots.map(({ name }) => [name, new Float32Array(numRows)] as const);
  const rows: EncodedColumns = { numRows, ids: {}, values: Object.fromEntries(zeros), lists: {} };
  const { sample } = await prepared.outputs(rows);
  prepared.dispose();
  return sample.data;
}
