import { DataStorage, KernelBackend, engine, getKernel, registerBackend, registerKernel } from '@tensorflow/tfjs-core'; // prettier-ignore
import type { BackendValues, DataId, DataType, KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { BackendError, currentScope, expected } from '@ctrflow/core';
import type { DType } from '../graph/graph';
import { recordedKernels } from './kernels/index';
import type { RecordedKernel, TensorSpec } from './kernels/kernel';
import { constantOf, dtypeOf, plainAttrs } from './recording';
import type { Recording } from './recording';

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
      this.current().constant({ shape, dtype: known(dtype, 'a constant') }, constantOf(elements(values)), dataId);
  }

  /** A tensor that the graph computes. */
  make({ shape, dtype }: TensorSpec): TensorInfo {
    const dataId = {};
    this.tensors.set(dataId, new Recorded(undefined));
    this.current().value({ shape, dtype }, dataId);
    return { dataId, shape: [...shape], dtype };
  }

  override readSync(dataId: DataId): BackendValues {
    const values = this.tensors.get(dataId)?.values;
    if (values !== undefined) return values;
    throw new BackendError(
      expected(
        where(),
        'a computation that does not look at its own tensors',
        'values read back while recording',
        'choose with tf.where and masks instead of reading a tensor',
      ),
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
    return recording.constant({ shape, dtype: known(dtype, 'a constant') }, constantOf(elements(values)), dataId);
  }
}

let registered: RecordingBackend | undefined;

/** The backend, registered with its kernels when first needed. */
export function recordingBackend(): RecordingBackend {
  if (registered !== undefined) return registered;
  const backend = new RecordingBackend();
  registerBackend(recorderName, () => backend, 0);
  for (const [name, kernel] of Object.entries(recordedKernels)) register(name, recordKernel(name, kernel));
  for (const [name, make] of Object.entries(constantKernels)) register(name, make);
  registered = backend;
  return backend;
}

function register(kernelName: string, kernelFunc: KernelFunc): void {
  if (getKernel(kernelName, recorderName) === undefined)
    registerKernel({ kernelName, backendName: recorderName, kernelFunc });
}

function recordKernel(name: string, { inputs: names, infer }: RecordedKernel): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const recorder = backend as RecordingBackend;
    const tensors = (names === 'list' ? Object.values(inputs) : inOrder(inputs, names)) as TensorInfo[];
    const specs = tensors.map(({ shape, dtype }) => ({ shape, dtype: known(dtype, name) }));
    const plain = plainAttrs(attrs);
    const ids = tensors.map((tensor) => recorder.idFor(tensor));
    const made = infer(specs, plain).map((spec) => recorder.make(spec));
    const recording = recorder.current();
    recording.node(name, ids, made.map(({ dataId }) => recording.idOf(dataId)!), plain); // prettier-ignore
    return made.length === 1 && !multiple.has(name) ? made[0] : made;
  };
}

/** Kernels whose result is a list even of one. */
const multiple = new Set(['SplitV', 'Unpack', 'TopK']);

function inOrder(inputs: object, names: readonly string[]): TensorInfo[] {
  const given = inputs as Record<string, TensorInfo | undefined>;
  return names.flatMap((name) => given[name.replace('?', '')] ?? []);
}

/** Kernels without inputs, or whose inputs only give a shape: their results are constants. */
const constantKernels: Readonly<Record<string, KernelFunc>> = {
  Fill: ({ attrs, backend }) => {
    const { shape, value, dtype } = attrs as unknown as { shape: number[]; value: number; dtype?: DType };
    return uniform(backend, shape, dtype ?? 'float32', value);
  },
  ZerosLike: ({ inputs, backend }) => likeInput(backend, inputs, 0),
  OnesLike: ({ inputs, backend }) => likeInput(backend, inputs, 1),
};

function likeInput(backend: unknown, inputs: object, value: number): TensorInfo {
  const { x } = inputs as { x: TensorInfo };
  return uniform(backend, x.shape, known(x.dtype, 'a constant'), value);
}

function uniform(backend: unknown, shape: number[], dtype: DType, value: number): TensorInfo {
  const recorder = backend as RecordingBackend;
  const info = recorder.make({ shape, dtype });
  const recording = recorder.current();
  recording.constants.set(recording.idOf(info.dataId)!, { kind: 'uniform', value });
  return info;
}

function elements(values: BackendValues): Float32Array | Int32Array | Uint8Array {
  if (values instanceof Float32Array || values instanceof Int32Array || values instanceof Uint8Array) return values;
  throw new BackendError(expected(where(), 'numbers', 'text tensors', 'encode texts with the schema'));
}

function known(dtype: string, who: string): DType {
  const dtypeKnown = dtypeOf(dtype);
  if (dtypeKnown !== undefined) return dtypeKnown;
  throw new BackendError(expected(where(), 'tensors of float32, int32 or bool', `${dtype} in ${who}`));
}

function where(): string {
  const scope = currentScope();
  return scope === '' ? 'record' : `record, in ${scope}`;
}
