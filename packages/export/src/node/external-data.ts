import type { FileHandle } from 'node:fs/promises';
import type { OnnxModel, OnnxTensor } from '@ctrflow/compiler';

/** Tensors below this many bytes (shapes, axes, scales) stay in the model, where tools can see them. */
const MIN_EXTERNAL_BYTES = 1024;

/** Offsets are multiples of this, so that a runtime can map the file into memory. */
const ALIGNMENT = 4096;

/** Bytes of one write: Node takes less than 2 GiB at once. */
const CHUNK = 2 ** 28;

/** A tensor's bytes and where they go. */
export interface PlacedBytes {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Refers to large tensors by place in a file `location` beside the model, in the format of ONNX's external data. */
export function moveOutside(
  model: OnnxModel,
  location: string,
): { readonly model: OnnxModel; readonly tensors: readonly PlacedBytes[] } {
  const tensors: PlacedBytes[] = [];
  let end = 0;
  const initializers = model.initializers.map((tensor): OnnxTensor => {
    const { data } = tensor;
    if (!ArrayBuffer.isView(data) || data.byteLength < MIN_EXTERNAL_BYTES) return tensor;
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    end = offset + data.byteLength;
    tensors.push({ offset, bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) });
    return { ...tensor, external: { location, offset, length: data.byteLength } };
  });
  return { model: { ...model, initializers }, tensors };
}

/** Writes tensors to their places. */
export async function writeTensors(handle: FileHandle, tensors: readonly PlacedBytes[]): Promise<void> {
  for (const { offset, bytes } of tensors) {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      const part = bytes.subarray(at, at + CHUNK);
      for (let done = 0; done < part.length;) {
        const { bytesWritten } = await handle.write(part, done, part.length - done, offset + at + done);
        done += bytesWritten;
      }
    }
  }
}
