import { pythonSides } from '../workload';
import type { Workload } from '../workload';

/** What the machine can do at most: matrix products and memory traffic. */
export const roofline: Workload = {
  name: 'roofline',
  summary: "the machine's limits: sgemm by NumPy and by ONNX Runtime, memory bandwidth by copies",
  unit: 'limit',
  sizes: { size: 2048, megabytes: 512 },
  quickSizes: { size: 64, megabytes: 1 },
  modes: ['limits'],
  variants: ['copy'],
  peers: { numpy: pythonSides('numpy', 'roofline', ['sgemm', 'copy']), onnxruntime: pythonSides('onnxruntime', 'roofline', ['gemm']) }, // prettier-ignore
  rowsPerSample: () => 1,
  prepare({ sizes: { megabytes } }) {
    const from = new Float32Array(megabytes * 2 ** 18).fill(1);
    const to = new Float32Array(from.length);
    let gigabytesPerSecond = 0;
    return Promise.resolve({
      info: { engine: 'TypedArray.set' },
      run() {
        const started = performance.now();
        to.set(from);
        gigabytesPerSecond = Math.max(gigabytesPerSecond, (2 * from.byteLength) / 1e6 / (performance.now() - started));
        return Promise.resolve();
      },
      results: () => ({ gigabytesPerSecond }),
    });
  },
};
