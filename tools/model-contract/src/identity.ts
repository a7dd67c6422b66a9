import { expect } from 'vitest';
import { ConfigError, SchemaError } from '@ctrflow/core';
import type { CtrModel } from '@ctrflow/model-kit';
import { isTableFeed, modelWeights } from '@ctrflow/model-kit';
import { fittedSchema } from '@ctrflow/testkit';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';

/** Name, paper, options, weights by path, parameters. */
export function identityTests<O extends object>(subject: ContractSubject<O>): void {
  descriptionTests(subject);
  refusalTests(subject);
  weightTests(subject);
}

function descriptionTests<O extends object>({ factory, options, spec }: ContractSubject<O>): void {
  contractTest('says its name, version and paper, and its options are plain JSON', () => {
    const { modelName, version, paper, defaults } = factory;
    expect(modelName).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(Number.isSafeInteger(version) && version >= 1).toBe(true);
    expect(paper, 'authors: title. venue year.').toMatch(/^.+: .+\. .*\b(19|20)\d\d\.$/);
    expect(JSON.parse(JSON.stringify(defaults))).toEqual(defaults);
    const model = factory(fittedSchema(spec), options);
    expect([model.name, model.version]).toEqual([modelName, version]);
    expect(JSON.parse(JSON.stringify(model.options))).toEqual({ ...defaults, ...options });
    model.dispose();
  });
}

// Planted bugs that these catch: an option that `validate` forgets; a misspelt option that is ignored.
function refusalTests<O extends object>({ factory, options, badOptions, spec }: ContractSubject<O>): void {
  const refused = (name: string, value: unknown): void => {
    expect(
      () => factory(fittedSchema(spec), { ...options, [name]: value }),
      `${name}: ${JSON.stringify(value)}`,
    ).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(name) as string }) as Error,
    );
  };

  contractTest('refuses every bad option by its name', () => {
    const common = { embeddingDim: [0, 1.5, '16', null], seed: [-1, 0.5], embeddingStdDev: [-1, NaN, 'x'] };
    const bad: Record<string, readonly unknown[]> = { ...common, ...badOptions };
    for (const name of Object.keys(factory.defaults)) {
      expect(bad[name]?.length ?? 0, `badOptions.${name}: at least one value`).toBeGreaterThan(0);
      for (const value of bad[name]) refused(name, value);
    }
  });

  contractTest('refuses unknown options with the nearest name, and what is not a fitted schema', () => {
    expect(() => factory(fittedSchema(spec), { ...options, embedingDim: 4 })).toThrow(ConfigError);
    expect(() => factory(fittedSchema(spec), { ...options, embedingDim: 4 })).toThrow('did you mean "embeddingDim"?');
    expect(() => factory({} as never, options)).toThrow(SchemaError);
    expect(() => factory({} as never, options)).toThrow('expected a fitted schema');
    expect(() => factory(fittedSchema({ fields: [] }), options)).toThrow(SchemaError);
  });
}

function weightTests<O extends object>({ factory, trainingOptions, spec }: ContractSubject<O>): void {
  const schema = fittedSchema(spec);
  const build = (seed: number): CtrModel => factory(schema, { ...trainingOptions, seed });

  // Planted bugs that this catches: names from a counter of the process; initial values from a stream that all models share.
  contractTest('weights are named by unique paths, and the seed alone decides how they begin', () => {
    const one = build(3);
    const first = modelWeights(one);
    const paths = [...one.weights.map(({ path }) => path), ...tablePaths(one)];
    expect(new Set(paths).size).toBe(paths.length);
    for (const path of paths) expect(path).toMatch(/^[a-z0-9_]+\/./);
    const between = build(4);
    const differs = Object.entries(modelWeights(between)).some(([path, { data }]) => data.some((value, i) => value !== first[path].data[i])); // prettier-ignore
    expect(differs, 'another seed gives other weights').toBe(true);
    const again = modelWeights(build(3));
    expect(Object.keys(again)).toEqual(Object.keys(first));
    for (const [path, { data }] of Object.entries(first)) {
      const at = data.findIndex((value, i) => value !== again[path].data[i]);
      expect(at, `${path}[${at}] differs from model to model; use layers of @ctrflow/layers, which draw by (seed, path)`).toBe(-1); // prettier-ignore
    }
    for (const model of [one, between]) model.dispose();
  });

  contractTest('parameters are counted exactly: trainable weights, and every row of every table', () => {
    const model = build(1);
    let count = 0;
    for (const { trainable, variable } of model.weights) if (trainable) count += variable.dataSync().length;
    for (const { name, dim } of model.groups) {
      const slots = model.feeds.flatMap((feed) => (isTableFeed(feed) && feed.group === name ? feed.lookups : []));
      const rows = new Map<string, number>();
      for (const slot of schema.slots)
        if ('table' in slot && slots.includes(slot.name)) rows.set(slot.table, slot.numRows);
      for (const numRows of rows.values()) count += numRows * dim;
    }
    expect(model.numParameters).toBe(count);
    model.dispose();
  });
}

function tablePaths({ groups }: CtrModel): string[] {
  return groups.flatMap(({ name, tables }) => tables.map((table) => `${name}/${table.name}`));
}
