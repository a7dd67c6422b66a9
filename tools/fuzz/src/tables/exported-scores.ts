import type { RowSource } from '@ctrflow/data';
import { exportOnnxBytes } from '@ctrflow/export';
import { isCtrflowError } from '@ctrflow/core';
import type { EncodedColumns, EncodedList } from '@ctrflow/features';
import type { CtrModel } from '@ctrflow/model-kit';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { rawTensors } from './raw-tensors';
import type { Columns } from './write-table';

/** Probabilities of the files that a model is exported as; `raw` is absent where the export refuses a field, or rows are not those of the table. */
export interface ExportedScores {
  readonly ids: Float32Array;
  readonly raw: Float32Array | undefined;
}

/** Runs both exports of a model in ONNX Runtime, over rows in stored order; `table` are the same rows as they stand in the file. */
export async function exportedScores(
  model: CtrModel,
  rows: RowSource,
  table: Columns | undefined,
): Promise<ExportedScores> {
  const session = await sessionOf(exportOnnxBytes(model));
  const chunks: Float32Array[] = [];
  for await (const batch of rows.batches({ batchSize: 64 })) chunks.push(await run(session, idTensors(model, batch)));
  await session.release();
  return { ids: Float32Array.from(chunks.flatMap((chunk) => [...chunk])), raw: table && (await rawScores(model, table)) }; // prettier-ignore
}

async function rawScores(model: CtrModel, table: Columns): Promise<Float32Array | undefined> {
  const bytes = rawBytes(model);
  if (bytes === undefined) return undefined;
  const session = await sessionOf(bytes);
  const tensors = rawTensors(model.schema, table, session.inputNames);
  const scores = tensors && (await run(session, tensors));
  await session.release();
  return scores;
}

function rawBytes(model: CtrModel): Uint8Array | undefined {
  try {
    return exportOnnxBytes(model, { inputs: 'raw' });
  } catch (error) {
    if (isCtrflowError(error)) return undefined; // hashed, crossed, time: refused by name
    throw error;
  }
}

function sessionOf(bytes: Uint8Array): Promise<InferenceSession> {
  return InferenceSession.create(bytes, { logSeverityLevel: 4, intraOpNumThreads: 1 });
}

async function run(session: InferenceSession, tensors: ReadonlyMap<string, Tensor>): Promise<Float32Array> {
  const feeds: Record<string, Tensor> = Object.create(null) as Record<string, Tensor>;
  for (const name of session.inputNames) feeds[name] = tensors.get(name)!;
  const { probability } = await session.run(feeds);
  return probability.data as Float32Array;
}

/** Encoded rows as the inputs of an export with ids: an entry that is missing is -1. */
function idTensors({ schema }: CtrModel, { numRows, ids, values, lists }: EncodedColumns): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>();
  const dims = [numRows, 1];
  for (const slot of schema.slots) {
    const { name } = slot;
    if (slot.kind === 'id') tensors.set(name, new Tensor('int64', BigInt64Array.from(ids[name], BigInt), dims));
    else if (slot.kind === 'value') tensors.set(name, new Tensor('float32', values[name].slice(), dims));
    else if (slot.kind === 'list') {
      const { entries, weights, T } = padded(lists[name], numRows);
      tensors.set(name, new Tensor('int64', entries, [numRows, T]));
      if (slot.weighted) tensors.set(`${name}/weights`, new Tensor('float32', weights, [numRows, T]));
    }
  }
  return tensors;
}

function padded(list: EncodedList, numRows: number): { entries: BigInt64Array; weights: Float32Array; T: number } {
  const lengths = Array.from({ length: numRows }, (_, row) => list.offsets[row + 1] - list.offsets[row]);
  const T = Math.max(1, ...lengths);
  const entries = new BigInt64Array(numRows * T);
  const weights = new Float32Array(numRows * T);
  lengths.forEach((length, row) => {
    for (let t = 0; t < length; t++) {
      const id = list.ids[list.offsets[row] + t];
      entries[row * T + t] = BigInt(id === 0 ? -1 : id);
      weights[row * T + t] = list.weights?.[list.offsets[row] + t] ?? 1;
    }
  });
  return { entries, weights, T };
}
