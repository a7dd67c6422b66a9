import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import '@tensorflow/tfjs-backend-cpu';
import { windowFields } from '@ctrflow/features';
import { fittedSchema } from '@ctrflow/testkit';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { commonModelOptions, createModel, modelCatalog, modelFactories, modelFactory } from '../src/index';
import { modelPackages } from '../src/model-packages';

const schema = fittedSchema({
  fields: [
    { name: 'city', kind: 'categorical' },
    { name: 'age', kind: 'numeric' },
    { name: 'cities', kind: 'sequence', shareTable: 'city', sessions: { times: 'when' } },
    ...windowFields('weeks', { channels: ['visits'], numSteps: 4 }),
  ],
  label: { column: 'click' },
  targets: [{ name: 'purchase', kind: 'binary' }],
});

/** What a model cannot do without. */
const needed: Readonly<Record<string, object>> = { dssm: { itemFields: ['city'] } };

const packages = resolve(import.meta.dirname, '../..');
const jsonOf = (folder: string): Record<string, never> =>
  JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8')) as Record<string, never>;
const modelFolders = readdirSync(join(packages, 'models')).filter((name) =>
  existsSync(join(packages, 'models', name, 'package.json')),
);

describe('the zoo', () => {
  // Planted bugs that this fails for: a folder that the zoo does not import, or whose package exports no model.
  it('has the model of every folder, and its own dependencies say so', () => {
    const names = modelFolders.map((name) => String(jsonOf(`models/${name}`).name)).sort();
    const hint = 'packages/zoo/src/model-packages.ts imports every folder of packages/models';
    expect(Object.keys(modelPackages), hint).toEqual(names);
    expect(modelCatalog.map((entry) => entry.package).sort()).toEqual(names);
    const { dependencies } = jsonOf('zoo');
    expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(names));
  });

  it('shows every model in the README of the repository', () => {
    const readme = readFileSync(join(packages, '../README.md'), 'utf8');
    for (const name of modelFolders)
      expect(readme).toMatch(new RegExp(`\\[\`.*\`\\]\\(packages/models/${name}\\) +\\| `));
  });

  it('has models from the oldest paper to the newest, each with a sentence', () => {
    const years = modelCatalog.map(({ paper }) => Number(paper.slice(-5, -1)));
    expect(years).toEqual([...years].sort());
    expect(Object.keys(modelFactories)).toEqual(modelCatalog.map(({ name }) => name));
    for (const { summary } of modelCatalog) expect(summary).toMatch(/^[A-Z].{20,}\.$/);
  });

  it.each(modelCatalog.map(({ name }) => name))('builds %s by name, and gives everything back', (name) => {
    const before = memory().numTensors;
    const model = createModel(name, schema, { embeddingDim: 4, ...needed[name] });
    expect(model.name).toBe(name);
    expect(model.options.embeddingDim).toBe(4);
    expect(model.numParameters).toBeGreaterThan(0);
    model.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('suggests a name', () => {
    expect(() => modelFactory('depfm')).toThrow(
      /^zoo: expected a model among lr, fm, .*deepfm.*, got "depfm"; did you mean "deepfm"\?$/,
    );
    // Planted bug that this catches: looking the name up without asking whether it is the record's own.
    expect(() => modelFactory('constructor')).toThrow(/expected a model among/);
  });

  it('refuses unknown options', () => {
    expect(() => createModel('deepfm', schema, { hidenUnits: [8] })).toThrow(/did you mean "hiddenUnits"/);
  });
});

describe.each(modelCatalog)('options of $name', ({ name, options: own }) => {
  const { options } = modelFactories[name];

  it('are those of every model, then its own', () => {
    expect(Object.keys(options)).toEqual([...commonModelOptions, ...own].map((option) => option.name));
  });

  // Planted bugs that this fails for: a default out of range, a doc that says its default once more or is no sentence.
  it.each(Object.keys(options))('%s has a default that passes its own check, and says what it does', (option) => {
    const { doc, default: standard, check, placeholder } = options[option];
    expect(check(name, option, standard)).toEqual(standard);
    expect(doc).toMatch(/^\S.{5,}\.$/);
    expect(doc).not.toMatch(/\bDefault\b/);
    expect(placeholder).toMatch(/^<.+>$/);
    for (const wrong of [{}, null, 'no such value'])
      expect(() => check(name, option, wrong)).toThrow(new RegExp(`^${name}: expected .* for ${option}, got`));
  });

  it.each(Object.keys(options))('%s is read from the text that writes its default', (option) => {
    const { default: standard, fromText } = options[option];
    expect(fromText(String(standard))).toEqual(standard);
  });
});
