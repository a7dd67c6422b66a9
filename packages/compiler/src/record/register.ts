import { getKernel, registerBackend, registerKernel } from '@tensorflow/tfjs-core';
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import { expected } from '@ctrflow/core';
import { RecordingBackend, known, recorderName } from './backend';
import { constantKernels } from './constant-kernels';
import type { MadeConstant } from './constant-kernels';
import type { Call, Expansion } from './expansions/expansion';
import { expansions } from './expansions/index';
import { recordedKernels } from './kernels/index';
import type { RecordedKernel } from './kernels/kernel';
import { plainAttrs } from './recording';
import { refusedKernels } from './refused-kernels';
import { UnsupportedKernelError } from './unsupported';
import { where } from './whereabouts';

let registered: RecordingBackend | undefined;

/** The backend, registered with its kernels when first needed. */
export function recordingBackend(): RecordingBackend {
  if (registered !== undefined) return registered;
  const backend = new RecordingBackend();
  registerBackend(recorderName, () => backend, 0);
  registerAll(recordedKernels, recordKernel);
  registerAll(expansions, (_, expansion) => expandKernel(expansion));
  registerAll(constantKernels, (_, make) => makeConstant(make));
  registerAll(refusedKernels, refuseKernel);
  registered = backend;
  return backend;
}

function registerAll<T>(table: Readonly<Record<string, T>>, make: (name: string, entry: T) => KernelFunc): void {
  for (const [kernelName, entry] of Object.entries(table)) {
    if (getKernel(kernelName, recorderName) !== undefined) continue;
    registerKernel({ kernelName, backendName: recorderName, kernelFunc: make(kernelName, entry) });
  }
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

/** Everything that was made on the way is given up afterwards: tfjs counts tensors and reports leaks. */
function expandKernel(expansion: Expansion): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const made: TensorInfo[] = [];
    const call: Call = (kernel, given, own = {}) => {
      const { kernelFunc } = getKernel(kernel, recorderName);
      const result = kernelFunc({ inputs: given as never, attrs: own as never, backend }) as TensorInfo;
      made.push(result);
      return result;
    };
    const result = expansion(call, inputs, plainAttrs(attrs));
    for (const { dataId } of made) if (dataId !== result.dataId) (backend as RecordingBackend).disposeData(dataId);
    return made.includes(result) ? result : call('Identity', { x: result });
  };
}

function makeConstant(make: (inputs: object, attrs: object) => MadeConstant): KernelFunc {
  return ({ inputs, attrs, backend }) => {
    const [spec, constant] = make(inputs, attrs ?? {});
    known(spec.dtype, 'a constant');
    return (backend as RecordingBackend).makeConstant(spec, constant);
  };
}

function refuseKernel(name: string, reason: string): KernelFunc {
  return ({ inputs, backend }) => {
    const recording = (backend as RecordingBackend).current();
    const ids = (Object.values(inputs) as TensorInfo[]).flatMap(({ dataId }) => recording.idOf(dataId) ?? []);
    throw new UnsupportedKernelError(expected(where(recording.scopeFor(ids)), 'kernels that can be recorded', name, reason), name); // prettier-ignore
  };
}
