/** `node onnx-file.mjs FILE THREADS`: loads an exported model and prints the probability of its first row. */
import { InferenceSession, Tensor } from 'onnxruntime-node';

process.env.ORT_DISABLE_TELEMETRY ??= '1';
const [file, threads] = process.argv.slice(2);
const session = await InferenceSession.create(file, { intraOpNumThreads: Number(threads) });
const ids = session.inputNames.map((name) => [name, new Tensor('int64', BigInt64Array.of(1n), [1, 1])]);
const { probability } = await session.run(Object.fromEntries(ids));
console.log(probability.data[0]);
