import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstPrediction, publishedBuild } from '../start-up/first-prediction';
import { pythonSides } from '../workload';
import type { Side, SideSettings, Sizes, Workload } from '../workload';

/** From the start of a process to the first probability of a model that lies in files. */
export const startUp: Workload = {
  name: 'start-up',
  summary: 'from `node` to the first probability of a saved DeepFM (39 fields of 16, V = 1M); --mode onnx: of its exported file', // prettier-ignore
  unit: 'run',
  sizes: { fields: 39, dim: 16, hidden: 400, vocab: 1_000_000 },
  quickSizes: { fields: 2, dim: 4, hidden: 4, vocab: 100 },
  modes: ['saved', 'onnx'],
  also: [{ mode: 'onnx' }],
  variants: ['process'],
  peers: { torch: pythonSides('torch', 'start_up_torch'), onnxruntime: pythonSides('onnxruntime', 'start_up_onnx') },
  rowsPerSample: () => 1,
  makeFiles,
  prepare,
};

async function makeFiles({ fields, dim, hidden, vocab }: Sizes, folder: string): Promise<void> {
  if (existsSync(join(folder, 'model.onnx'))) return;
  const { loadBackend } = await import('@ctrflow/backends');
  const { deepFM } = await import('@ctrflow/deepfm');
  const { exportOnnx } = await import('@ctrflow/export/node');
  const { saveModel } = await import('@ctrflow/model-kit/node');
  const { fieldsSchema } = await import('../models/id-fields');
  await loadBackend();
  const options = { embeddingDim: dim, embeddingStdDev: 1e-2, hiddenUnits: [hidden, hidden, hidden] };
  const model = deepFM(fieldsSchema(fields, Math.floor(vocab / fields)), options);
  await saveModel(model, join(folder, 'model'));
  await exportOnnx(model, join(folder, 'model.onnx'), { inputs: 'ids' });
  model.dispose();
}

function prepare({ folder, mode, threads }: SideSettings): Promise<Side> {
  const built = publishedBuild();
  const file = join(folder, mode === 'onnx' ? 'model.onnx' : 'model');
  let probability = NaN;
  return Promise.resolve({
    info: { packages: built ? 'as published' : 'from source, through tsx' },
    async run() {
      probability = await firstPrediction({ file, mode, threads, built });
    },
    results: () => ({ probability }),
  });
}
