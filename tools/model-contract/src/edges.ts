import { expect } from 'vitest';
import { randomKey } from '@ctrflow/core';
import type { RawTable, TextColumn } from '@ctrflow/features';
import { modelWeights } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { expectOracleLogits } from './gradients';
import { withoutLists } from './lists';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';
import { randomizeWeights, trainStep } from './run';

/** Rows without any event, and fields that have but one value. */
export function edgeTests<O extends object>(subject: ContractSubject<O>): void {
  const { factory, options, trainingOptions, spec } = subject;

  // Planted bugs that this catches: a mean of nothing that is 0 / 0, a softmax over padding that adds up to 1, a length of 0 that a kernel does not take.
  contractTest('rows whose lists are all empty are scored as the oracle says, and train', () => {
    const schema = fittedSchema(spec);
    const batch = withoutLists(schema.encode(randomColumns(spec, 7, 3)));
    const model = factory(schema, options);
    randomizeWeights(model);
    expectOracleLogits(subject, model, batch);
    model.dispose();
    const trained = factory(schema, trainingOptions);
    expect(Number.isFinite(trainStep(trained, batch, 0.1, randomKey(2)))).toBe(true);
    for (const [path, { data }] of Object.entries(modelWeights(trained)))
      expect((data as Float32Array).every(Number.isFinite), path).toBe(true);
    trained.dispose();
  });

  // Planted bug that this catches: an axis of length 1 that is squeezed away.
  contractTest('fields with a vocabulary of one value are scored as the oracle says', () => {
    const table = (seed: number, numRows: number): RawTable => ofOneValue(randomColumns(spec, numRows, seed));
    const schema = fittedSchema(spec, table(1, 50));
    const model = factory(schema, options);
    randomizeWeights(model);
    expectOracleLogits(subject, model, schema.encode(table(2, 6)));
    model.dispose();
  });
}

/** Every value `v0` to `v5` of a table is `v0`. */
function ofOneValue({ numRows, columns }: RawTable): RawTable {
  const same = (column: TextColumn): TextColumn => ({
    ...column,
    dictionary: column.dictionary.map((value) => value?.replace(/v\d/g, 'v0') ?? null),
  });
  return {
    numRows,
    columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, column.kind === 'text' ? same(column) : column])), // prettier-ignore
  };
}
