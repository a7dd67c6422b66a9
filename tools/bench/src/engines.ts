import { eagerEngine } from '@ctrflow/training';
import type { StepEngine } from '@ctrflow/training';
import { SkippedError } from './workload';

/** Names of engines as variants of our side; the first is what ctrflow is for. */
export const engineNames = ['compiled', 'eager'] as const;

/** The side that runs our models op by op on TensorFlow's kernels. */
export const TFJS_NODE = 'tfjs-node';

/**
 * An engine by its name.
 *
 * @throws SkippedError when it cannot run here
 */
export async function loadEngine(name: string, threads: number): Promise<StepEngine> {
  const training = (await import('@ctrflow/training')) as unknown as Readonly<Record<string, unknown>>;
  switch (name) {
    case 'eager':
      return eagerEngine({ backend: 'cpu' });
    case TFJS_NODE:
      return startable(eagerEngine({ backend: 'node' }));
    default:
      // Reached by its name, so that the harness measures versions of ctrflow from before it was there, too.
      if (typeof training.compiledEngine !== 'function') throw new SkippedError('this version has no compiled engine');
      return (training.compiledEngine as (options: { readonly threads: number }) => StepEngine)({ threads });
  }
}

/** An engine whose backend may not be installed. */
function startable(engine: StepEngine): StepEngine {
  return {
    name: engine.name,
    async prepare(model, settings) {
      try {
        return await engine.prepare(model, settings);
      } catch (error) {
        throw new SkippedError(error instanceof Error ? error.message : String(error));
      }
    },
  };
}
