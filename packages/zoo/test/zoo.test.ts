import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { windowFields } from '@ctrflow/features';
import { fittedSchema } from '@ctrflow/testkit';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createModel, modelCatalog, modelFactories, modelFactory } from '../src/index';

const schema = fittedSchema({
  fields: [
    { name: 'city', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'cities', kind: 'sequence', shareTable: 'city', sessions: { times: 'when' } },
    ...windowFields('weeks', { channels: ['visits'], numSteps: 4 }),
  ],
  label: { column: 'click' },
});

describe('the zoo', () => {
  it('has every published model package, and its own dependencies say so', () => {
    const folder = resolve(import.meta.dirname, '../../models');
    const packages = readdirSync(folder)
      .map((name) => join(folder, name, 'package.json'))
      .filter((path) => existsSync(path))
      .map((path) => (JSON.parse(readFileSync(path, 'utf8')) as { name: string }).name);
    expect(modelCatalog.map((entry) => entry.package).sort()).toEqual(packages.sort());
    const own = JSON.parse(readFileSync(resolve(import.meta.dirname, '../package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    expect(Object.keys(own.dependencies)).toEqual(expect.arrayContaining(packages));
  });

  it('says of a model without loading it what the factory says itself', () => {
    expect(modelCatalog.map(({ name }) => name)).toEqual(Object.keys(modelFactories));
    for (const { name, paper } of modelCatalog) {
      const { modelName, paper: ofFactory } = modelFactories[name];
      expect([modelName, ofFactory]).toEqual([name, paper]);
    }
  });

  it.each(modelCatalog.map(({ name }) => name))('builds %s by name, and gives everything back', (name) => {
    const before = memory().numTensors;
    const model = createModel(name, schema, { embeddingDim: 4 });
    expect(model.name).toBe(name);
    expect(model.options.embeddingDim).toBe(4);
    expect(model.numParameters).toBeGreaterThan(0);
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('suggests a name', () => {
    expect(() => modelFactory('depfm')).toThrow(
      /^zoo: expected a model among lr, fm, deepfm.*, got "depfm"; did you mean "deepfm"\?$/,
    );
    // Planted bug that this catches: looking the name up without asking whether it is the record's own.
    expect(() => modelFactory('constructor')).toThrow(/expected a model among/);
  });

  it('refuses unknown options', () => {
    expect(() => createModel('deepfm', schema, { hidenUnits: [8] })).toThrow(/did you mean "hiddenUnits"/);
  });
});
