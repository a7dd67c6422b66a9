import { BackendError } from '@ctrflow/core';
import type { InferenceSession, OnnxValue, Tensor, TypedTensor } from 'onnxruntime-common';
import type { OnnxType } from '../onnx/model';
import type { Runtime, RuntimeSession, RuntimeTensor, SessionOptions } from './runtime';

/** What onnxruntime-node and onnxruntime-web have in common. */
export interface OnnxRuntimeModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options?: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: never, data: never, dims: readonly number[]) => Tensor;
}

/** Makes a {@link Runtime} of an installed ONNX Runtime. */
export function onnxRuntime(name: string, { InferenceSession, Tensor }: OnnxRuntimeModule): Runtime {
  return {
    name,
    tensor: (type: OnnxType, data, dims) => new Tensor(type as never, data as never, dims) as unknown as RuntimeTensor,
    async load(model, options = {}) {
      try {
        return new OnnxSession(await InferenceSession.create(model, sessionOptions(options)));
      } catch (error) {
        throw explained(error);
      }
    },
  };
}

function sessionOptions({
  threads,
  providers = ['cpu'],
  spinning = true,
  profilePrefix,
}: SessionOptions): InferenceSession.SessionOptions {
  return {
    executionProviders: [...providers],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(profilePrefix === undefined ? {} : { enableProfiling: true, profileFilePrefix: profilePrefix }),
    // Every session has threads of its own. Left to spin after a run, they take the processors of tables, batches and the next session.
    extra: { session: spinning ? { force_spinning_stop: '1' } : { intra_op: { allow_spinning: '0' } } },
  };
}

class OnnxSession implements RuntimeSession {
  constructor(private readonly session: InferenceSession) {}

  async run(
    inputs: Readonly<Record<string, RuntimeTensor>>,
    outputs: Readonly<Record<string, RuntimeTensor | null>>,
  ): Promise<Readonly<Record<string, RuntimeTensor>>> {
    try {
      const feeds = inputs as unknown as Record<string, TypedTensor<'float32'>>;
      const results = await this.session.run(feeds, outputs as unknown as Record<string, OnnxValue | null>);
      return results as unknown as Readonly<Record<string, RuntimeTensor>>;
    } catch (error) {
      throw explained(error);
    }
  }

  release(): Promise<void> {
    return this.session.release();
  }
}

/** The ways in which ONNX Runtime names the operation that it cannot load or run. */
const naming = [
  /Name:\s?'([^']*)'/, // Non-zero status code returned while running Gather node. Name:'head/Gather' Status Message: ...
  /node with name '([^']*)'/, // Could not find an implementation for Where(16) node with name 'head/Where'
  /In Node, \("([^"]*)"/, // This is an invalid model. In Node, ("deep/dense_1/Gemm", Gemm, "", -1) : ...
  /[Nn]ode ?\(([^)]*)\)/, // Type 'tensor(int32)' of input parameter (x) of operator (Sum) in node (head/Sum) is invalid
  /[Nn]ode:\s?'?([\w/.:-]+)/,
];

/** Operations are named after their layers (`deep/dense_1/Gemm`), so the runtime's message says where; this says what to do. */
function explained(error: unknown): BackendError {
  const message = error instanceof Error ? error.message : String(error);
  const node = naming.map((pattern) => pattern.exec(message)?.[1]).find((name) => name !== undefined && name !== '');
  const who = node === undefined ? 'ONNX Runtime' : `ONNX Runtime, in ${node}`;
  const reason = message.split('Status Message: ').at(-1)!.trim();
  const hint = 'engine "eager" runs the same model op by op and tells more';
  return new BackendError(`${who}: expected a model that runs, got ${JSON.stringify(reason)}; ${hint}`, {
    cause: error,
  });
}
