/** Columns may be called as they like: what every object has, what ctrflow calls its own tensors and paths, what no identifier is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadBackend } from '@ctrflow/backends';
import { openDataset, openRows } from '@ctrflow/data/node';
import { exportOnnxBytes } from '@ctrflow/export';
import type { EncodedColumns, FieldSpec, SchemaSpec } from '@ctrflow/features';
import { modelWeights } from '@ctrflow/model-kit';
import type { CtrModel, ModelFactory } from '@ctrflow/model-kit';
import { loadModel, saveModel } from '@ctrflow/model-kit/node';
import { adam, compiledEngine, eagerEngine, fit, predict } from '@ctrflow/training';
import { createModel, modelFactories } from '@ctrflow/zoo';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, expect, test } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-names-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** One field of each kind that a column can be, and the roles. */
const kinds = [
  { kind: 'categorical' },
  { kind: 'numeric', missingIndicator: true },
  { kind: 'numeric', transform: 'quantile', numBuckets: 4 },
  { kind: 'sequence', maxLength: 4 },
  { kind: 'multi-hot', weightSeparator: ':', maxLength: 4 },
  { kind: 'hashed', numBuckets: 7 },
  { kind: 'time-part', part: 'hour' },
] as const;
const roles = ['label', 'weight', 'group', 'time'] as const;

/** Each list names the fields, a cross of the first and the sixth, and the roles. */
const lists: Record<string, readonly string[]> = {
  'of every object': ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', '__defineGetter__', 'toLocaleString', '__lookupSetter__', '__defineSetter__', '__lookupGetter__'], // prettier-ignore
  'of every object, in another order': ['__proto__', 'valueOf', '__defineGetter__', 'constructor', '__lookupGetter__', 'toString', 'hasOwnProperty', 'toLocaleString', 'isPrototypeOf', '__defineSetter__', 'propertyIsEnumerable', '__lookupSetter__'], // prettier-ignore
  'of ports and weights': ['bias', 'values', 'ids', 'numeric', 'rows', 'label', 'logits', 'loss', 'length', 'row_weight', 'weights', 'squared_norm'], // prettier-ignore
  'of roles and paths': ['numeric', '@label', 'embedding', 'bias', 'linear', '@weight', '@@group', 'dropout', 'deep', 'gradient', 'batch', 'step'], // prettier-ignore
  'that are no identifiers': ['.', 'a b', 'tab\there', '🙂', '"quoted"', "it's", '%s', 'ünïcode', '-', '1', '\\', ';--'], // prettier-ignore
};

const numRows = 60;
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** The same values under any names. */
function cell(column: number, row: number): string {
  const pick = (row * 7 + column * 3) % 5;
  const entries = ['a', 'b^c', '', 'a^d^b', 'c'][pick];
  if (column < kinds.length)
    return [`v${pick}`, String(pick * 1.5 - 2), String(row), entries, entries.replaceAll(/[a-z]/g, '$&:1.5'), `h${pick}`, `2024-01-0${pick + 1}T0${pick}:00:00Z`][column]; // prettier-ignore
  return [String(Number(pick + (row % 3) > 3)), String(1 + (row % 2)), `u${row % 4}`, `2024-01-01T00:00:${String(row % 60).padStart(2, '0')}Z`][column - kinds.length - 1]; // prettier-ignore
}

function columnsOf(names: readonly string[]): readonly string[] {
  return names.filter((_, i) => i !== kinds.length); // the cross reads no column of its own
}

function write(path: string, names: readonly string[]): void {
  const columns = [...kinds.keys(), ...roles.map((_, i) => kinds.length + 1 + i)];
  const lines = Array.from({ length: numRows }, (_, row) => columns.map((column) => quoted(cell(column, row))).join());
  writeFileSync(path, `${[columnsOf(names).map(quoted).join(), ...lines].join('\n')}\n`);
}

/** @param onlyRaw - leaves out what ONNX cannot encode */
function specOf(names: readonly string[], onlyRaw: boolean): SchemaSpec {
  const [label, weight, group, time] = names.slice(kinds.length + 1);
  const fields = kinds.map((kind, i) => ({ ...kind, name: names[i] }));
  const crossed: FieldSpec = {
    name: names[kinds.length],
    kind: 'crossed',
    fields: [names[0], names[5]],
    numBuckets: 5,
  };
  return {
    fields: onlyRaw ? fields.slice(0, 5) : [...fields, crossed],
    ...{ label: { column: label }, weight, group, time: { column: time } },
    dialect: { delimiter: ',', quote: '"', header: true },
  };
}

const dialect = { delimiter: ',', quote: '"', header: true };

/** All weights, in order, without their names. */
function numbersOf(model: CtrModel): number[] {
  return Object.values(modelWeights(model)).flatMap(({ data }) => Array.from(data));
}

async function scores(bytes: Uint8Array, feeds: ReadonlyMap<string, Tensor>): Promise<number[]> {
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const given: Record<string, Tensor> = Object.create(null) as Record<string, Tensor>;
  for (const name of session.inputNames) given[name] = feeds.get(name)!;
  const { p } = await session.run(given);
  await session.release();
  return Array.from(p.data as Float32Array);
}

async function all(chunks: AsyncIterable<Float64Array>): Promise<number[]> {
  const values: number[] = [];
  for await (const chunk of chunks) values.push(...chunk);
  return values;
}

function padded<T>(rows: readonly (readonly T[])[], nothing: T): T[] {
  return rows.flatMap((row) => [...row, ...Array<T>(4 - row.length).fill(nothing)]);
}

function idFeeds({ ids, values, lists: encoded }: EncodedColumns): Map<string, Tensor> {
  const feeds = new Map<string, Tensor>();
  for (const [name, column] of Object.entries(ids)) feeds.set(name, new Tensor('int64', BigInt64Array.from(column, BigInt), [numRows, 1])); // prettier-ignore
  for (const [name, column] of Object.entries(values)) feeds.set(name, new Tensor('float32', column, [numRows, 1]));
  for (const [name, { offsets, ids: entries, weights }] of Object.entries(encoded)) {
    const rows = <T>(of: ArrayLike<number>, as: (x: number) => T): T[][] =>
      Array.from({ length: numRows }, (_, row) =>
        Array.from(of)
          .slice(offsets[row], offsets[row + 1])
          .map(as),
      );
    feeds.set(name, new Tensor('int64', BigInt64Array.from(padded(rows(entries, BigInt), 0n)), [numRows, 4]));
    if (weights !== undefined)
      feeds.set(`${name}/weights`, new Tensor('float32', Float32Array.from(padded(rows(weights, Number), 0)), [numRows, 4])); // prettier-ignore
  }
  return feeds;
}

function rawFeeds(names: readonly string[]): Map<string, Tensor> {
  const texts = (column: number): string[] => Array.from({ length: numRows }, (_, row) => cell(column, row));
  const one = [numRows, 1];
  const entries = (column: number): string[][] => texts(column).map((text) => (text === '' ? [] : text.split('^')));
  return new Map([
    [names[0], new Tensor('string', texts(0), one)],
    ...[1, 2].map((i): [string, Tensor] => [names[i], new Tensor('float64', Float64Array.from(texts(i), Number), one)]),
    ...[3, 4].map((i): [string, Tensor] => [names[i], new Tensor('string', padded(entries(i).map((row) => row.map((entry) => entry.split(':')[0])), ''), [numRows, 4])]), // prettier-ignore
    [`${names[4]}/weights`, new Tensor('float32', Float32Array.from(padded(entries(4).map((row) => row.map(() => 1.5)), 0)), [numRows, 4])], // prettier-ignore
  ]);
}

/** Losses, scores and weights of a training under some names, through every form that a model is kept in. */
async function trained(names: readonly string[], engine: 'eager' | 'compiled', onlyRaw: boolean) {
  const file = join(root, `${engine}.csv`);
  write(file, names);
  const encodedFolder = join(root, 'encoded');
  rmSync(encodedFolder, { recursive: true, force: true });
  const spec = specOf(names, onlyRaw);
  const data = await openDataset(file, { schema: spec, split: { by: 'none' }, encodedFolder });
  const model = createModel('deepfm', data.schema, { embeddingDim: 3, hiddenUnits: [4], dropout: 0.2, embeddingStdDev: 0.3 }); // prettier-ignore
  const made = engine === 'eager' ? eagerEngine() : compiledEngine({ threads: 1 });
  const { history } = await fit(model, data, { engine: made, epochs: 2, batchSize: 16, optimizer: adam(0.05) });
  const folder = join(root, 'model');
  rmSync(folder, { recursive: true, force: true });
  await saveModel(model, folder);
  const again = await loadModel(folder, Object.values(modelFactories) as unknown as ModelFactory<never>[]);
  const rows = await openRows(file, again.schema, { dialect });
  const options = { engine: eagerEngine() };
  const [before, after] = [await all(predict(model, rows, options)), await all(predict(again, rows, options))];
  expect(after).toEqual(before);
  expect(numbersOf(again)).toEqual(numbersOf(model));
  let batch: EncodedColumns | undefined;
  for await (const whole of rows.batches({ batchSize: numRows })) batch = whole;
  const asIds = await scores(exportOnnxBytes(again, { probabilityName: 'p' }), idFeeds(batch!));
  const asRaw = onlyRaw ? await scores(exportOnnxBytes(again, { inputs: 'raw', probabilityName: 'p' }), rawFeeds(names)) : asIds; // prettier-ignore
  after.forEach((score, row) => {
    expect(asIds[row]).toBeCloseTo(score, 5);
    expect(asRaw[row]).toBeCloseTo(score, 5);
  });
  return { losses: history.map(({ trainLoss }) => trainLoss), numWeights: numbersOf(model).length };
}

// Fails if a record by name has a prototype, a weight and a table have one path (`embedding/numeric`, `linear/bias`), or a field passes for a role in an encoded file (`@label`).
test.each(
  Object.keys(lists).flatMap((name) => (['eager', 'compiled'] as const).map((engine) => [name, engine] as const)),
)(
  // prettier-ignore
  'names %s: train (%s), save, load, predict and export as under any names',
  async (name, engine) => {
    await loadBackend();
    for (const onlyRaw of [false, true]) {
      const plain = await trained(lists[name].map((_, i) => `c${i}`), engine, onlyRaw); // prettier-ignore
      const hostile = await trained(lists[name], engine, onlyRaw);
      expect(hostile.numWeights).toBe(plain.numWeights);
      hostile.losses.forEach((loss) => {
        expect(loss).toBeGreaterThan(0);
        expect(loss).toBeLessThan(2);
      });
    }
  },
);
