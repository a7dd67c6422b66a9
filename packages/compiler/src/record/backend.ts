import { DataStorage, KernelBackend, engine } from '@tensorflow/tfjs-core';
import type { BackendValues, DataId, DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError, expected } from '@ctrflow/core';
import type { Constant, DType } from '../graph/graph';
import { elementsOf } from './elements';
import type { TensorSpec } from './kernels/kernel';
import { constantOf, dtypeOf } from './recording';
import type { Recording } from './recording';
import { currentOp, where } from './whereabouts';
import { UnsupportedKernelError } from './unsupported';

/** The name under which the recording backend is known to tfjs. */
export const recorderName = 'ctrflow-recorder';

/** A tensor of the recorder: it has no elements, only a place in the graph. */
class Recorded {
  refCount = 1;
  constructor(readonly values: BackendValues | undefined) {}
}

/** A tfjs backend whose kernels compute shapes and note what was asked for; see `record`. */
export class RecordingBackend extends KernelBackend {
  recording: Recording | undefined;
  private readonly tensors = new DataStorage<Recorded>(this, engine());

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.move(dataId, values, shape, dtype, 1);
    return dataId;
  }

  override move(dataId: DataId, values: BackendValues, shape: number[], dtype: DataType, refCount: number): void {
    const stored = new Recorded(values ?? undefined);
    stored.refCount = refCount;
    this.tensors.set(dataId, stored);
    if (values !== null && values !== undefined)
      this.current().constant({ shape, dtype: known(dtype, 'a constant') }, constantOf(elementsOf(values)), dataId);
  }

  /** A tensor that the graph computes. */
  make({ shape, dtype }: TensorSpec): TensorInfo {
    const dataId = {};
    this.tensors.set(dataId, new Recorded(undefined));
    this.current().value({ shape, dtype }, dataId);
    return { dataId, shape: [...shape], dtype };
  }

  /** A tensor of the graph whose elements are known. */
  makeConstant(spec: TensorSpec, constant: Constant): TensorInfo {
    const info = this.make(spec);
    const recording = this.current();
    recording.constants.set(recording.idOf(info.dataId)!, constant);
    return info;
  }

  override readSync(dataId: DataId): BackendValues {
    const values = this.tensors.get(dataId)?.values ?? this.current().elementsOf(dataId);
    if (values !== undefined) return values;
    const id = this.current().idOf(dataId);
    const producer = id === undefined ? undefined : this.current().producerOf(id);
    const reader = currentOp() ?? 'dataSync';
    throw new UnsupportedKernelError(
      expected(
        where(producer?.scope),
        'a computation that does not look at its own tensors',
        `${reader} of ${producer === undefined ? 'an input' : `what ${producer.op} computes`}`,
        'the graph would hold one batch for ever: choose with tf.where and masks instead of reading a tensor',
      ),
      reader,
    );
  }

  override read(dataId: DataId): Promise<BackendValues> {
    return Promise.resolve().then(() => this.readSync(dataId));
  }

  override refCount(dataId: DataId): number {
    return this.tensors.has(dataId) ? this.tensors.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.tensors.get(dataId).refCount++;
  }

  decRef(dataId: DataId): void {
    if (this.tensors.has(dataId)) this.tensors.get(dataId).refCount--;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (!this.tensors.has(dataId)) return true;
    const stored = this.tensors.get(dataId);
    stored.refCount--;
    if (!force && stored.refCount > 0) return false;
    this.tensors.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.tensors.numDataIds();
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override timerAvailable(): boolean {
    return false;
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override epsilon(): number {
    return 1e-7;
  }

  override dispose(): void {
    this.recording = undefined;
  }

  current(): Recording {
    if (this.recording !== undefined) return this.recording;
    throw new BackendError(expected(recorderName, 'a recording that runs', 'none', 'use record()'));
  }

  /** The graph's value of a tensor; tensors of other backends are constants. */
  idFor({ dataId, shape, dtype }: TensorInfo): number {
    const recording = this.current();
    const id = recording.idOf(dataId);
    if (id !== undefined) return id;
    const values = engine().readSync(dataId);
    return recording.constant({ shape, dtype: known(dtype, 'a constant') }, constantOf(elementsOf(values)), dataId);
  }
}

/** The element type as the graph names it. */
export function known(dtype: string, who: string): DType {
  const dtypeKnown = dtypeOf(dtype);
  if (dtypeKnown !== undefined) return dtypeKnown;
  throw new UnsupportedKernelError(expected(where(), 'tensors of float32, int32 or bool', `${dtype} in ${who}`), who);
}
