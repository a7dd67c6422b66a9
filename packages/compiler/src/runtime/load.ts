import { BackendError, expected, isCtrflowError } from '@ctrflow/core';
import { onnxRuntime } from './onnxruntime';
import type { OnnxRuntimeModule } from './onnxruntime';
import type { Runtime } from './runtime';
import { withoutTelemetry } from './telemetry';

/** Names of runtimes, best first. */
export const runtimeNames = ['onnxruntime-node', 'onnxruntime-web'] as const;

/** Name of a runtime. */
export type RuntimeName = (typeof runtimeNames)[number];

const loaders: Readonly<Record<RuntimeName, () => Promise<unknown>>> = {
  'onnxruntime-node': () => withoutTelemetry(() => import('onnxruntime-node')),
  'onnxruntime-web': () => import('onnxruntime-web'),
};

/** The runtime that was found, and why better ones were not. */
export interface FoundRuntime {
  readonly runtime: Runtime;
  readonly missing: readonly { readonly name: RuntimeName; readonly reason: string }[];
}

/**
 * Loads the named runtime, or the best one that is installed: `onnxruntime-node`, then `onnxruntime-web`. The telemetry of `onnxruntime-node` is turned off
 * (`ORT_DISABLE_TELEMETRY=1`) unless the environment says `ORT_DISABLE_TELEMETRY=0`.
 *
 * @throws BackendError when none can be loaded; it says what to install. ConfigError in a worker thread where the environment of the process says nothing of
 * telemetry, since a worker cannot turn it off: set the variable in the main thread
 */
export async function loadRuntime(name: RuntimeName | 'auto' = 'auto'): Promise<FoundRuntime> {
  const missing: { name: RuntimeName; reason: string }[] = [];
  for (const candidate of name === 'auto' ? runtimeNames : [name]) {
    try {
      const loaded = (await loaders[candidate]()) as OnnxRuntimeModule & { default?: OnnxRuntimeModule };
      const module = loaded.InferenceSession === undefined ? loaded.default : loaded;
      if (module !== undefined) return { runtime: onnxRuntime(candidate, module), missing };
      missing.push({ name: candidate, reason: 'it exports no InferenceSession' });
    } catch (error) {
      if (isCtrflowError(error)) throw error;
      missing.push({ name: candidate, reason: error instanceof Error ? error.message.split('\n')[0] : String(error) });
    }
  }
  const reasons = missing.map(({ name: tried, reason }) => `${tried}: ${reason}`).join('; ');
  throw new BackendError(
    expected(
      'compiler',
      'ONNX Runtime',
      reasons,
      'npm i onnxruntime-node (or onnxruntime-web); engine "eager" needs neither',
    ),
  );
}
