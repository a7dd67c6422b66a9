import { add, concat, mul, randomUniform, sub, tensor3d, tidy, zeros } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { expect } from 'vitest';
import { permutation, randomKey } from '@ctrflow/core';
import type { EncodedColumns, EncodedList, SchemaSpec } from '@ctrflow/features';
import { isTableFeed } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { fittedSchema, randomColumns, rawTables, ROUNDOFF, schemaSpecs } from '@ctrflow/testkit';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';
import { applyWithStep, columnOutputs, feedTensors, logitsOf, randomizeWeights } from './run';

/** Logits on generated schemas; rows, padding and their order. */
export function inputTests<O extends object>(subject: ContractSubject<O>): void {
  shapeTests(subject);
  rowTests(subject);
  paddingTests(subject);
}

function shapeTests<O extends object>({ factory, options, fields, targets, vectors }: ContractSubject<O>): void {
  const withTargets = ({ label, ...spec }: SchemaSpec): SchemaSpec => ({ ...spec, ...(targets ? { targets } : { label: label! }) }); // prettier-ignore
  const cases = schemaSpecs({ fields }).map(withTargets).chain((spec) => fc.tuple(fc.constant(spec), rawTables(spec))); // prettier-ignore

  // Planted bugs that this catches: a model that needs a field of some kind, or a batch of more than one row; a name that shadows another's.
  contractTest('logits are [B, 1] and finite, whatever the schema', () => {
    fc.assert(
      fc.property(cases, ([spec, table]) => {
        const schema = fittedSchema(spec, 30);
        const model = factory(schema, options);
        const outputs = tidy(() => applyWithStep(false, () => model.forward(feedTensors(model, schema.encode(table)))));
        for (const [name, output] of Object.entries(outputs)) {
          const values = output.arraySync() as number[][];
          output.dispose();
          expect(values.length, `one row of ${name} for each row of data`).toBe(table.numRows);
          values.forEach((row, b) => {
            if (!vectors.includes(name)) expect(row.length, `${name} of row ${b}: [B, 1], not more`).toBe(1);
            expect(row.every(Number.isFinite), `${name} of row ${b}: ${row.join()}, of fields ${kindsOf(spec)}`).toBe(
              true,
            );
          });
        }
        model.dispose();
      }),
      { numRuns: 15, seed: 1 },
    );
  });
}

/** What a message says of a schema. */
function kindsOf({ fields }: SchemaSpec): string {
  return fields.map(({ name, kind }) => `${name} (${kind})`).join(', ');
}

/** A model with random weights, and a batch. */
function prepared<O extends object>({
  factory,
  trainingOptions,
  spec,
}: ContractSubject<O>): [CtrModel, EncodedColumns] {
  const schema = fittedSchema(spec);
  const model = factory(schema, trainingOptions);
  randomizeWeights(model);
  return [model, schema.encode(randomColumns(spec, 9, 5))];
}

// Planted bugs that these catch: statistics of the batch in prediction; a softmax or a sum over the rows.
function rowTests<O extends object>(subject: ContractSubject<O>): void {
  contractTest('a row is scored the same alone, and wherever it stands in a batch', () => {
    const [model, batch] = prepared(subject);
    const all = logitsOf(model, batch);
    const bound = boundOf(all, subject.roundings);
    const order = permutation(randomKey(2), batch.numRows);
    const shuffled = logitsOf(model, takeRows(batch, order));
    const hint = 'does a layer mix rows, or use statistics of the batch?';
    const expectSame = (found: number, row: number, output: number, where: string): void => {
      const wanted = all[output * batch.numRows + row];
      expect(Math.abs(found - wanted), `row ${row} ${where}: ${found} instead of ${wanted}; ${hint}`).toBeLessThanOrEqual(bound); // prettier-ignore
    };
    shuffled.forEach((logit, i) => {
      const place = i % batch.numRows;
      expectSame(logit, order[place], Math.floor(i / batch.numRows), `at place ${place}`);
    });
    for (let row = 0; row < batch.numRows; row++)
      logitsOf(model, takeRows(batch, [row])).forEach((logit, output) => {
        expectSame(logit, row, output, 'alone');
      });
    model.dispose();
  });
}

// Planted bugs that these catch: a mean over T; a mask that is forgotten in one of two sums; a softmax over padding.
function paddingTests<O extends object>(subject: ContractSubject<O>): void {
  contractTest('padding has no effect, however much there is and whatever it holds', () => {
    const [model, batch] = prepared(subject);
    const logits = logitsOf(model, batch);
    const histories = new Set(listsOf(model).map((slot) => historyOf(model, slot)));
    for (const history of histories) {
      const own = listsOf(model).filter((slot) => historyOf(model, slot) === history);
      for (const numPadded of [1, 4]) {
        for (const fill of [0, 3]) {
          const padded = tidy(() => {
            const feeds = padLists(model, batch, feedTensors(model, batch), { slots: own, numPadded, fill });
            const outputs = applyWithStep(false, () => model.forward(feeds));
            return concat(columnOutputs(model).map((name) => outputs[name]), 0).dataSync(); // prettier-ignore
          });
          padded.forEach((value, b) => {
            const message = `row ${b} with ${numPadded} places of padding behind list ${own.join(', ')}: ${value} instead of ${logits[b]}; is the mask of the list (weights [B, T]) applied?`;
            expect(Math.abs(value - logits[b]), message).toBeLessThanOrEqual(boundOf(logits, subject.roundings));
          });
        }
      }
    }
    model.dispose();
  });
}

/** Lists that the model reads in prediction. */
function listsOf({ feeds, schema }: CtrModel): string[] {
  const read = new Set(feeds.flatMap(({ when, slots }) => (when === 'always' ? slots : [])));
  return schema.slots.flatMap(({ kind, name }) => (kind === 'list' && read.has(name) ? [name] : []));
}

/** How lists are padded. */
interface Padding {
  readonly slots: readonly string[];
  readonly numPadded: number;
  readonly fill: number;
}

/** The feeds with longer lists of these slots: zeros there, and in rows of tables random numbers up to `fill` wherever no entry is. */
function padLists(
  model: CtrModel,
  batch: EncodedColumns,
  feeds: Record<string, Tensor>,
  { slots, numPadded, fill }: Padding,
): Record<string, Tensor> {
  const padded = { ...feeds };
  for (const feed of model.feeds) {
    const [slot] = feed.slots;
    if (feed.when !== 'always' || !slots.includes(slot)) continue;
    const [B, T, ...inner] = feeds[feed.name].shape;
    if (T === feed.shape({ B, T: T + 1 })[1]) continue; // no list
    const longer = concat([feeds[feed.name], zeros([B, numPadded, ...inner])], 1);
    padded[feed.name] = isTableFeed(feed) ? withGarbage(longer, emptyPlaces(batch.lists[slot], T + numPadded), fill) : longer; // prettier-ignore
  }
  return padded;
}

/** Random numbers up to `fill` in the places `[B, T, 1]` that are 1. */
function withGarbage(rows: Tensor, places: Tensor, fill: number): Tensor {
  return add(mul(rows, sub(1, places)), mul(randomUniform(rows.shape, -fill, fill, 'float32', 7), places));
}

/** 1 where no entry of a list is, or one of weight 0: `[B, T, 1]`. */
function emptyPlaces({ offsets, weights }: EncodedList, T: number): Tensor3D {
  const isEmpty = (b: number, t: number): boolean =>
    offsets[b] + t >= offsets[b + 1] || weights?.[offsets[b] + t] === 0;
  const rows = Array.from({ length: offsets.length - 1 }, (_, b) => Array.from({ length: T }, (__, t) => [isEmpty(b, t) ? 1 : 0])); // prettier-ignore
  return tensor3d(rows);
}

/** What a list has its mask from: side columns of one history share one. */
function historyOf({ schema }: CtrModel, name: string): string {
  const slot = schema.slots.find((candidate) => candidate.name === name);
  return slot?.kind === 'list' ? (slot.history ?? name) : name;
}

/** Two float32 results of the same terms in another order differ by at most this. */
function boundOf(logits: Float32Array, roundings: number): number {
  return 2 * roundings * ROUNDOFF * Math.max(1, ...logits.map(Math.abs));
}

/** Some rows of a batch, in the order given. */
function takeRows({ ids, values, lists }: EncodedColumns, rows: ArrayLike<number>): EncodedColumns {
  const order = Array.from(rows);
  const each = <A, T>(columns: Readonly<Record<string, A>>, take: (column: A) => T): Record<string, T> =>
    Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, take(column)]));
  return {
    numRows: order.length,
    ids: each(ids, (column) => Int32Array.from(order, (row) => column[row])),
    values: each(values, (column) => Float32Array.from(order, (row) => column[row])),
    lists: each(lists, (list) => takeLists(list, order)),
  };
}

function takeLists({ offsets, ids, weights }: EncodedList, order: readonly number[]): EncodedList {
  const entries = order.flatMap((row) =>
    Array.from({ length: offsets[row + 1] - offsets[row] }, (_, t) => offsets[row] + t),
  );
  const lengths = order.map((row) => offsets[row + 1] - offsets[row]);
  const taken = {
    offsets: Int32Array.from([0, ...lengths.map((_, i) => lengths.slice(0, i + 1).reduce((sum, n) => sum + n, 0))]),
    ids: Int32Array.from(entries, (entry) => ids[entry]),
  };
  return weights === undefined ? taken : { ...taken, weights: Float32Array.from(entries, (entry) => weights[entry]) };
}
