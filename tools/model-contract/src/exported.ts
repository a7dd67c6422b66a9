import { expect } from 'vitest';
import { loadRuntime } from '@ctrflow/compiler';
import { exportOnnxBytes } from '@ctrflow/export';
import type { FieldSpec, SchemaSpec } from '@ctrflow/features';
import { predictionsOf } from '@ctrflow/model-kit';
import type { CtrModel } from '@ctrflow/model-kit';
import { ROUNDOFF, fittedSchema, idFeeds, randomColumns, rawFeeds } from '@ctrflow/testkit';
import type { Feeds } from '@ctrflow/testkit';
import { contractTest } from './contract-test';
import type { ContractSubject } from './model-contract';
import { columnOutputs, logitsOf, randomizeWeights } from './run';

/** Rows of the batches that a file is given. */
const SIZES = [1, 7, 40];

/** Files in ONNX Runtime against the model in tfjs. */
export function exportTests<O extends object>(subject: ContractSubject<O>): void {
  // Planted bugs that these catch: a batch size or a length that is frozen, a mask that the file does not have, a kernel that is turned twice, dropout in the file.
  contractTest('its file with ids gives the logits of tfjs', async () => {
    const { schema, model } = prepared(subject, subject.spec);
    const file = exportOnnxBytes(model, { inputs: 'ids' });
    for (const numRows of SIZES) {
      const batch = schema.encode(randomColumns(subject.spec, numRows, numRows));
      expectLogits(
        `ids, ${numRows} rows`,
        await run(file, idFeeds(schema, batch), logitNames(model)),
        logitsOf(model, batch),
        subject,
      );
    }
    model.dispose();
  });

  contractTest('its file with raw features gives the logits of tfjs', async () => {
    const spec = { ...subject.spec, fields: subject.spec.fields.filter(isRaw).map(withLongLists) };
    const { schema, model } = prepared(subject, spec);
    if (spec.fields.some((field) => field.kind === 'sequence' && field.sessions !== undefined)) {
      expect(() => exportOnnxBytes(model, { inputs: 'raw' })).toThrow('ONNX cannot read times from texts');
      model.dispose();
      return;
    }
    const file = exportOnnxBytes(model, { inputs: 'raw' });
    for (const numRows of SIZES) {
      const rows = randomColumns(spec, numRows, numRows);
      expectLogits(`raw, ${numRows} rows`, await run(file, rawFeeds(schema, rows), logitNames(model)), logitsOf(model, schema.encode(rows)), subject); // prettier-ignore
    }
    model.dispose();
  });
}

/** Fields that a file can read as they are; hashes, crosses and times are refused by the export. */
function isRaw({ kind }: FieldSpec): boolean {
  return kind !== 'hashed' && kind !== 'crossed' && kind !== 'time-part';
}

/** A file takes lists as they are, up to the longest that the schema keeps: those of {@link randomColumns} have up to 4 entries. */
function withLongLists(field: FieldSpec): FieldSpec {
  const isCut = field.kind === 'sequence' && field.maxLength !== undefined && field.maxLength < 4;
  return isCut ? { ...field, maxLength: 4 } : field;
}

function prepared<O extends object>(
  { factory, trainingOptions }: ContractSubject<O>,
  spec: SchemaSpec,
): { readonly schema: CtrModel['schema']; readonly model: CtrModel } {
  // prettier-ignore
  const schema = fittedSchema(spec);
  const model = factory(schema, trainingOptions);
  randomizeWeights(model);
  return { schema, model };
}

/** Names in a file of the logits of each output. */
function logitNames(model: CtrModel): string[] {
  const predicting = new Map(predictionsOf(model).map(({ output, target }) => [output, target.name]));
  const isOnly = model.schema.targets.length === 1;
  return columnOutputs(model).map((output) => {
    const target = predicting.get(output);
    return target === undefined ? output : isOnly ? 'logit' : `${target}_logit`;
  });
}

async function run(file: Uint8Array<ArrayBuffer>, feeds: Feeds, names: readonly string[]): Promise<Float32Array> {
  const { runtime } = await loadRuntime('onnxruntime-node');
  const session = await runtime.load(file, { threads: 1 });
  const tensors = Object.entries(feeds).map(([name, { type, dims, data }]) => [name, runtime.tensor(type, arrayOf(type, data), dims)] as const); // prettier-ignore
  const results = await session.run(Object.fromEntries(tensors), Object.fromEntries(names.map((name) => [name, null])));
  await session.release();
  return Float32Array.from(names.flatMap((name) => [...(results[name].data as Float32Array)]));
}

function arrayOf(
  type: Feeds[string]['type'],
  data: readonly (number | string)[],
): BigInt64Array | Float32Array | Int32Array | Uint8Array | readonly string[] {
  // prettier-ignore
  if (type === 'string') return data as readonly string[];
  const numbers = data as readonly number[];
  if (type === 'uint8') return Uint8Array.from(numbers);
  if (type === 'int32') return Int32Array.from(numbers);
  if (type === 'int64') return BigInt64Array.from(numbers, BigInt);
  return type === 'float32' ? Float32Array.from(numbers) : (Float64Array.from(numbers) as unknown as Float32Array); // what no program of ours feeds is not in the type of a runtime's tensor
}

/** Roundings of the model, and of numbers that a raw file transforms itself. */
function expectLogits(
  what: string,
  actual: Float32Array,
  wanted: Float32Array,
  { roundings }: { readonly roundings: number },
): void {
  expect(actual.length, `${what}: logits`).toBe(wanted.length);
  const largest = wanted.reduce((most, logit) => Math.max(most, Math.abs(logit)), 1);
  wanted.forEach((logit, row) => {
    const message = `${what}, row ${row}: ${actual[row]} in the file, ${logit} in tfjs`;
    expect(Math.abs(actual[row] - logit), message).toBeLessThanOrEqual(4 * roundings * ROUNDOFF * largest);
  });
}
