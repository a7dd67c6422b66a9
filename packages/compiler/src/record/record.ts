import { KernelBackend, dispose, engine, keep, setBackend, tidy } from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { BackendError, emptyRecord, expected, mapRecord } from '@ctrflow/core';
import { repairGradients } from '../gradients/index';
import type { Graph, Port } from '../graph/graph';
import { recorderName } from './backend';
import type { RecordingBackend } from './backend';
import { frozenRandomness } from './frozen-randomness';
import type { TensorSpec } from './kernels/kernel';
import { Recording } from './recording';
import { recordingBackend } from './register';
import { UnsupportedKernelError } from './unsupported';

/** What a recorded function reads besides its constants. */
export interface RecordInputs {
  /** Tensors that every run brings, by name. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Variables that the function reads or assigns, by name. What it assigns becomes an update of the graph. */
  readonly variables?: Readonly<Record<string, Variable>>;
}

/** What a recorded function is given. */
export interface RecordContext {
  readonly inputs: Readonly<Record<string, Tensor>>;
  /** Declares one more input, a dropout mask for instance. */
  input(name: string, spec: TensorSpec): Tensor;
}

/**
 * Runs `body` on tensors without elements and returns what it computes as a graph. Shapes are numbers; see `unify` for a batch size that
 * stays open. The user's backend and all variables are as before afterwards, whatever happens.
 *
 * @example
 * const graph = record(({ inputs }) => ({ y: tf.square(inputs.x) }), { inputs: { x: { shape: [7, 3], dtype: 'float32' } } });
 * console.log(printGraph(graph));
 * @throws UnsupportedKernelError when `body` reads values back, draws random numbers without a seed, or calls a kernel that cannot be recorded;
 *   it names the operation and the layer
 */
export function record(
  body: (context: RecordContext) => Readonly<Record<string, Tensor>>,
  { inputs, variables = emptyRecord() }: RecordInputs,
): Graph {
  repairGradients();
  const userBackend = backendInUse();
  const backend = recordingBackend();
  const recording = new Recording();
  const named = Object.entries(variables);
  const originals = holdAll(named.map(([, variable]) => variable));
  backend.recording = recording;
  use(recorderName);
  try {
    return tidy(() => {
      const places = named.map(([name, variable]) => place(backend, recording.variables, name, variable as TensorSpec));
      named.forEach(([, variable], i) => {
        variable.assign(places[i]);
      });
      const input = (name: string, spec: TensorSpec): Tensor => place(backend, recording.inputs, name, spec);
      const given = mapRecord(inputs, (spec, name) => input(name, spec));
      const results = frozenRandomness(() => body({ inputs: given, input }));
      refusePromise(results);
      const outputs = Object.entries(results).map(([name, tensor]) => ({ name, value: backend.idFor(tensor) }));
      const updates = named.flatMap(([name, variable], i) => {
        const value = backend.idFor(variable);
        return value === recording.idOf(places[i].dataId) ? [] : [{ name, value }];
      });
      const { values, constants, inputs: ports, variables: state, nodes } = recording;
      return { values, constants, inputs: ports, variables: state, nodes, outputs, updates } as unknown as Graph &
        Tensor;
    });
  } catch (error) {
    throw explained(error);
  } finally {
    named.forEach(([, variable], i) => {
      variable.assign(originals[i]);
    });
    dispose(originals);
    if (userBackend !== undefined) use(userBackend);
    backend.recording = undefined;
  }
}

/** What a function does after waiting is not recorded. */
function refusePromise(results: unknown): void {
  if (!(results instanceof Promise)) return;
  results.catch(() => undefined);
  throw new UnsupportedKernelError(expected('record', 'a function that returns tensors', 'a promise', 'what waits for values of tensors cannot be recorded'), 'data'); // prettier-ignore
}

/** Tensors that keep the variables' data while the variables point elsewhere. */
function holdAll(variables: readonly Variable[]): Tensor[] {
  return tidy(() => variables.map((variable) => keep(variable.clone())));
}

function place(backend: RecordingBackend, ports: Port[], name: string, { shape, dtype }: TensorSpec): Tensor {
  const info = backend.make({ shape, dtype });
  ports.push({ name, value: backend.current().idOf(info.dataId)! });
  return engine().makeTensorFromTensorInfo(info);
}

/** The user's backend: the one that is set, or else the one that tfjs would take for its first operation. */
function backendInUse(): string | undefined {
  try {
    return engine().backend instanceof KernelBackend ? engine().backendName : undefined;
  } catch {
    return undefined; // none is registered, or one that has to be waited for
  }
}

/** Changes the backend at once: both ends are ready, so nothing is awaited. */
function use(name: string): void {
  if (name === engine().backendName) return;
  void setBackend(name);
  if (engine().backendName !== name)
    throw new BackendError(expected('record', `the backend ${name}`, engine().backendName));
}

/** tfjs says that a kernel is not registered; this says what that means here. */
function explained(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const missing = /Kernel '(\w+)' not registered/.exec(message)?.[1];
  if (missing === undefined) return error;
  return new UnsupportedKernelError(
    expected('record', 'kernels that can be recorded', missing, 'the model runs eagerly instead'),
    missing,
    { cause: error },
  );
}
