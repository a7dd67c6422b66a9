import '@tensorflow/tfjs-backend-cpu';
import { add, sum } from '@tensorflow/tfjs-core';
import { flag } from '@ctrflow/core';
import type { SchemaSpec } from '@ctrflow/features';
import { Dense } from '@ctrflow/layers';
import { defineModel } from '../src/index';

/** Slots of every kind. */
export const spec: SchemaSpec = {
  fields: [
    { name: 'user', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'history', kind: 'sequence', shareTable: 'user' },
  ],
  label: { column: 'click' },
};

/** A small model: a linear term and one layer over the summed embeddings. */
export const wide = defineModel({
  name: 'wide',
  version: 1,
  summary: 'A linear term and one layer.',
  paper: 'Nobody: Nothing. ARXIV 2000.',
  options: { bias: flag(true, 'Bias of the layer.') },
  assemble(a, { bias }) {
    const linear = a.linear();
    const embeddings = a.embeddings();
    const output = a.layer('output', new Dense({ units: 1, bias }));
    return () => add(linear(), output(sum(embeddings(), 1)));
  },
});
