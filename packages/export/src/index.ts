export { exportOnnxBytes, toOnnxModel } from './onnx-model';
export type { ExportOptions } from './options';
