import { BackendError, expected } from '@ctrflow/core';
import { onnxRuntime } from './onnxruntime';
import type { OnnxRuntimeModule } from './onnxruntime';
import type { Runtime } from './runtime';

/** Names of runtimes, best first. */
export const runtimeNames = ['onnxruntime-node', 'onnxruntime-web'] as const;

/** Name of a runtime. */
export type RuntimeName = (typeof runtimeNames)[number];

const loaders: Readonly<Record<RuntimeName, () => Promise<unknown>>> = {
  'onnxruntime-node': () => import('onnxruntime-node'),
  'onnxruntime-web': () => import('onnxruntime-web'),
};

/** The runtime that was found, and why better ones were not. */
export interface FoundRuntime {
  readonly runtime: Runtime;
  readonly missing: readonly { readonly name: RuntimeName; readonly reason: string }[];
}

/**
 * Loads the named runtime, or the best one that is installed: `onnxruntime-node`, then `onnxruntime-web`.
 *
 * @throws BackendError when none can be loaded; it says what to install
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
