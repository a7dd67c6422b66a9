import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Feed, Feeds } from '@ctrflow/testkit';

/** What an exported file computes. */
export interface Scores {
  readonly logit: Float32Array;
  readonly probability: Float32Array;
}

/** Runs a file, or its bytes, in ONNX Runtime. */
export async function runOnnx(model: string | Uint8Array, feeds: Feeds): Promise<Scores> {
  const options = { logSeverityLevel: 4, intraOpNumThreads: 1 } as const;
  const session = await (typeof model === 'string'
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options));
  const tensors = session.inputNames.map((name) => [name, tensorOf(feeds[name])] as const);
  const { logit, probability } = await session.run(Object.fromEntries(tensors));
  await session.release();
  return { logit: logit.data as Float32Array, probability: probability.data as Float32Array };
}

function tensorOf({ type, dims, data }: Feed): Tensor {
  switch (type) {
    case 'string':
      return new Tensor('string', data as string[], dims);
    case 'int64':
      return new Tensor('int64', BigInt64Array.from(data as number[], BigInt), dims);
    case 'uint8':
      return new Tensor('uint8', Uint8Array.from(data as number[]), dims);
    case 'int32':
      return new Tensor('int32', Int32Array.from(data as number[]), dims);
    case 'float32':
      return new Tensor('float32', Float32Array.from(data as number[]), dims);
    case 'float64':
      return new Tensor('float64', Float64Array.from(data as number[]), dims);
  }
}
