import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { encodeOnnx } from '@ctrflow/compiler';
import type { OnnxModel, OnnxValueInfo } from '@ctrflow/compiler';
import { ConfigError, checkInteger, expected, isCtrflowError } from '@ctrflow/core';
import { writeFileAtomic } from '@ctrflow/core/node';
import type { CtrModel } from '@ctrflow/model-kit';
import { toOnnxModel } from '../onnx-model';
import { exportSettings } from '../options';
import type { ExportOptions } from '../options';
import { dataFileName, removeOtherData } from './data-file';
import { moveOutside, writeTensors } from './external-data';

/** {@link ExportOptions}, and how large the file may become. */
export interface ExportFileOptions extends ExportOptions {
  /**
   * Bytes of all weights together above which they go to a file beside the model, `model.onnx.DIGEST.data`. Default 2^31 - 2^26: a protobuf message
   * holds at most 2 GiB.
   */
  readonly maxInlineBytes?: number;
}

/** What was written. */
export interface ExportSummary {
  /** The `.onnx` file, and the file with its weights if they are outside. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
}

/** What another path does not help against. */
const full: readonly string[] = ['ENOSPC', 'EDQUOT', 'EIO'];

const MAX_INLINE_BYTES = 2 ** 31 - 2 ** 26;

/**
 * Writes a model as one `.onnx` file that any ONNX runtime of opset 17 reads (Python, Java, C#, browsers): ids or raw features in, a probability out. The
 * file appears as a whole or not at all; see `toOnnxModel` for what is in it.
 *
 * @example
 * const { inputs, outputs } = await exportOnnx(model, 'deepfm.onnx', { inputs: 'raw' });
 * @throws SchemaError naming fields that cannot be expressed with `inputs: 'raw'`
 * @throws ConfigError for an unknown option, or a path that cannot be written
 */
export async function exportOnnx(
  model: CtrModel,
  path: string,
  options: ExportFileOptions = {},
): Promise<ExportSummary> {
  if (typeof path !== 'string' || !path.endsWith('.onnx'))
    throw new ConfigError(expected('export', 'a path that ends with .onnx', path));
  const settings = exportSettings(options, ['maxInlineBytes']);
  const { maxInlineBytes = MAX_INLINE_BYTES } = options;
  checkInteger('export', 'maxInlineBytes', maxInlineBytes, { min: 0, max: MAX_INLINE_BYTES });
  const whole = toOnnxModel(model, settings);
  const files: string[] = [path];
  try {
    await writeFiles(whole, path, maxInlineBytes, files);
  } catch (error) {
    if (isCtrflowError(error) || full.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError(expected('export', 'a path that can be written', path, reason), { cause: error });
  }
  const sizes = await Promise.all(files.map(async (file) => ({ path: file, bytes: (await stat(file)).size })));
  return { files: sizes, inputs: whole.inputs, outputs: whole.outputs };
}

async function writeFiles(whole: OnnxModel, path: string, maxInlineBytes: number, files: string[]): Promise<void> {
  const total = whole.initializers.reduce((sum, { data }) => sum + ('byteLength' in data ? data.byteLength : 0), 0);
  if (total <= maxInlineBytes) {
    await writeFileAtomic(path, encodeOnnx(whole));
    return;
  }
  const target = resolve(path);
  const location = dataFileName(target, moveOutside(whole, '').tensors);
  const { model, tensors } = moveOutside(whole, location);
  // The model that stands there and its weights stay whole until the new model takes its place, at once and with the name of its own weights.
  await writeFileAtomic(join(dirname(target), location), (handle) => writeTensors(handle, tensors));
  await writeFileAtomic(target, encodeOnnx(model));
  await removeOtherData(target, location);
  files.push(join(dirname(path), location));
}
