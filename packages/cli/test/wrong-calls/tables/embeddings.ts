import { encodeSafetensors, safetensorsLayout } from '@ctrflow/embeddings';
import { randomKey } from '@ctrflow/core';
import type { Functions } from '../call';

const content = { tensors: { a: { shape: [2], data: Float32Array.of(1, 2) } }, metadata: {} };
const file = encodeSafetensors(content);
const { header } = safetensorsLayout(content);

export const embeddings: Functions = {
  decodeSafetensors: { file: [file] },
  encodeSafetensors: { content: [content], 'content.tensors': [{}], 'content.metadata': [{}] },
  parseSafetensorsHeader: { header: [header.subarray(8)], fileSize: [file.length] },
  safetensorsHeaderLength: { start: [file.subarray(0, 8)], fileSize: [file.length] },
  safetensorsLayout: { content: [content] },
  createTableGroup: { name: ['t', 'x'], tables: [[{ name: 'a', numRows: 5 }], []], options: [{ dim: 4, key: randomKey(1) }], 'options.dim': [5], 'options.key': [], 'options.initializer': [], 'options.kernels': [] },
  LookupPlanner: { numRows: [10, 5], paddingRows: [[0], undefined, []] },
}; // prettier-ignore

export const embeddingsNode: Functions = {
  writeSafetensors: { path: ['weights.safetensors', 'x'], content: [content] },
  readSafetensors: { path: ['weights.safetensors', 'x'] },
  createTableThreads: { numThreads: [1, undefined, 5] },
}; // prettier-ignore
