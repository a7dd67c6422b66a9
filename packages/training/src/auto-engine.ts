import { checkFunction, isCtrflowError } from '@ctrflow/core';
import { UnsupportedKernelError } from '@ctrflow/compiler';
import type { CtrModel } from '@ctrflow/model-kit';
import { checkEngineOptions, compiledEngine } from './compiled/compiled-engine';
import type { CompiledEngineOptions } from './compiled/compiled-engine';
import { eagerEngine } from './eager-engine';
import type { PreparedModel, StepEngine, StepSettings } from './engine';

/** Options of {@link autoEngine}. */
export interface AutoEngineOptions extends CompiledEngineOptions {
  /** Told once about each step down. Default `console.warn`. */
  readonly onWarning?: (message: string) => void;
}

const warned = new Set<string>();

/**
 * The best engine that can run the model: compiled in onnxruntime-node, compiled in onnxruntime-web, eager tfjs. Each step down gives one warning that says
 * what is lost and how to get the better one.
 */
export function autoEngine(given: AutoEngineOptions = {}): StepEngine {
  checkEngineOptions('autoEngine', given, ['onWarning']);
  const { onWarning = console.warn, ...options } = given;
  checkFunction('autoEngine', 'onWarning', onWarning);
  const warn = (message: string): void => {
    if (!warned.has(message)) onWarning(message);
    warned.add(message);
  };
  return {
    name: 'auto',
    async prepare(model, settings) {
      const prepared = await compiled(model, settings, options, warn);
      return prepared ?? (await eagerEngine().prepare(model, settings));
    },
  };
}

async function compiled(
  model: CtrModel,
  settings: StepSettings | undefined,
  options: CompiledEngineOptions,
  warn: (message: string) => void,
): Promise<PreparedModel | undefined> {
  try {
    const prepared = await compiledEngine(options).prepare(model, settings);
    if (prepared.engine.endsWith('onnxruntime-web'))
      warn('ctrflow: runs in onnxruntime-web, some 5 times slower than onnxruntime-node; npm i onnxruntime-node');
    return prepared;
  } catch (error) {
    if (error instanceof UnsupportedKernelError) {
      warn(`ctrflow: ${model.name} runs op by op, 10 to 100 times slower: ${error.message}`);
      return undefined;
    }
    if (!isCtrflowError(error) || error.name !== 'BackendError') throw error;
    warn(`ctrflow: runs op by op, 10 to 100 times slower, without ONNX Runtime; npm i onnxruntime-node (${error.message})`); // prettier-ignore
    return undefined;
  }
}
