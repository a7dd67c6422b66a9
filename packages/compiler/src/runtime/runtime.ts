import type { OnnxType } from '../onnx/model';

/** A tensor of a runtime: elements that it may write into, and a shape. */
export interface RuntimeTensor {
  readonly data: Float32Array | Int32Array | Uint8Array | BigInt64Array | readonly string[];
  readonly dims: readonly number[];
}

/** A model that is loaded and can run. */
export interface RuntimeSession {
  /**
   * Runs the model once. `outputs` says where results go; a missing tensor is made.
   *
   * @throws BackendError naming the layer whose operation failed
   */
  run(
    inputs: Readonly<Record<string, RuntimeTensor>>,
    outputs: Readonly<Record<string, RuntimeTensor | null>>,
  ): Promise<Readonly<Record<string, RuntimeTensor>>>;
  release(): Promise<void>;
}

/** How sessions are made. */
export interface SessionOptions {
  /** Threads of one operation. Default: the number of physical cores, as far as the runtime can tell. */
  readonly threads?: number;
  /** Execution providers in order of preference. Default `cpu`. */
  readonly providers?: readonly string[];
  /** Whether threads spin while they wait within a run (after it they rest). Default true: fastest on cores that nobody else uses. */
  readonly spinning?: boolean;
  /** Writes a profile with this prefix (ONNX Runtime in Node). */
  readonly profilePrefix?: string;
}

/** An inference engine that runs ONNX models. */
export interface Runtime {
  /** `onnxruntime-node 1.30.0`. */
  readonly name: string;
  tensor(type: OnnxType, data: RuntimeTensor['data'], dims: readonly number[]): RuntimeTensor;
  load(model: Uint8Array<ArrayBuffer>, options?: SessionOptions): Promise<RuntimeSession>;
}
