export { exportOnnx } from './node/export-onnx';
export type { ExportFileOptions, ExportSummary } from './node/export-onnx';
