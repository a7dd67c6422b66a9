import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { modelWeights } from '@ctrflow/model-kit';
import { loadModel, saveModel } from '@ctrflow/model-kit/node';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';
import { logitsOf, randomizeWeights } from './run';

/** Saving and loading. */
export function savingTests<O extends object>({ factory, trainingOptions, spec }: ContractSubject<O>): void {
  // Planted bugs that this catches: an option that is not saved; statistics that are not; two weights of one name.
  contractTest('a saved model comes back with the same options, weights and logits', async () => {
    const schema = fittedSchema(spec);
    const model = factory(schema, trainingOptions);
    randomizeWeights(model);
    const folder = await mkdtemp(join(tmpdir(), 'ctrflow-contract-'));
    try {
      await saveModel(model, join(folder, 'model'));
      const loaded = await loadModel(join(folder, 'model'), [factory as never]);
      expect(loaded.options).toEqual(model.options);
      expect(modelWeights(loaded)).toEqual(modelWeights(model));
      const table = randomColumns(spec, 20, 9);
      expect(logitsOf(loaded, loaded.schema.encode(table))).toEqual(logitsOf(model, schema.encode(table)));
      loaded.dispose();
    } finally {
      await rm(folder, { recursive: true });
      model.dispose();
    }
  });
}
