import '@tensorflow/tfjs-backend-cpu';
import { randomKey } from '@ctrflow/core';
import { Dense } from '@ctrflow/layers';
import { defineModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { concat, sum } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adam, compiledEngine, eagerEngine } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'item', kind: 'categorical' },
    { name: 'user', kind: 'categorical' },
  ],
  label: { column: 'y' },
});

const halfFrozen = defineModel({
  name: 'half-frozen',
  version: 1,
  summary: 'For a test.',
  paper: 'Nobody: Nothing. ARXIV 2000.',
  options: {},
  assemble(a) {
    const pretrained = a.embeddings({ path: 'pretrained', slots: ['item'], trainable: false });
    const learnt = a.embeddings({ slots: ['user'] });
    const output = a.layer('output', new Dense({ units: 1 }));
    return () => output(sum(concat([pretrained(), learnt()], 1), 1));
  },
});

// Planted bug that this fails for: the decay of a dense optimizer, which touches every row of a table, also of a frozen one.
test.each([eagerEngine(), compiledEngine({ threads: 1 })])(
  'rows of frozen tables stay as they are: $name',
  async (engine) => {
    const model = halfFrozen(schema, { embeddingDim: 3, embeddingStdDev: 0.5 });
    const [frozen, learnt] = ['pretrained', 'embedding'].map((path) => model.groups.find(({ name }) => name === path)!);
    const before = [frozen.weights('item'), learnt.weights('user')];
    const tableOptimizer = { kind: 'dense-adam', l2: 0.1 } as const;
    const settings = { optimizer: adam(0.1), tableOptimizer, l2: { embedding: 0, net: 0 }, key: randomKey(2) };
    const prepared = await engine.prepare(model, settings);
    const batch = schema.encode(randomColumns(schema.spec, 16, 3));
    for (const step of [1, 2]) await prepared.trainStep(batch, { step, learningRate: 0.1 });
    prepared.dispose();
    expect(frozen.weights('item')).toEqual(before[0]);
    expect(learnt.weights('user')).not.toEqual(before[1]);
    model.dispose();
  },
);
