/** `node saved-model.mjs FOLDER THREADS`: loads a saved DeepFM and prints the probability of its first row; JavaScript, so that it runs on the published packages. */
import { loadBackend } from '@ctrflow/backends';
import { rowsInMemory } from '@ctrflow/data';
import { deepFM } from '@ctrflow/deepfm';
import { loadModel } from '@ctrflow/model-kit/node';
import { autoEngine, predict } from '@ctrflow/training';

const [folder, threads] = process.argv.slice(2);
await loadBackend();
const model = await loadModel(folder, [deepFM]);
const ids = Object.fromEntries(model.schema.slots.map(({ name }) => [name, Int32Array.of(1)]));
const rows = rowsInMemory({ numRows: 1, ids, values: {}, lists: {} });
for await (const probabilities of predict(model, rows, { engine: autoEngine({ threads: Number(threads) }) })) {
  console.log(probabilities[0]);
}
