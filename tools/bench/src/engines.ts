import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { passes } from '@ctrflow/compiler';
import type { PassName } from '@ctrflow/compiler';
import { isCtrflowError } from '@ctrflow/core';
import { compiledEngine, eagerEngine } from '@ctrflow/training';
import type { StepEngine } from '@ctrflow/training';
import { root } from './machine';
import { SkippedError } from './workload';

/** Engines as variants of our side; the first is what ctrflow is for. */
export const engineNames = ['compiled', 'eager'] as const;

/** The side that runs our models op by op on TensorFlow's kernels. */
const TFJS_NODE = 'tfjs-node';

/**
 * An engine by its name.
 *
 * @throws SkippedError from `prepare` when it cannot run here
 */
export function loadEngine(name: string, threads: number): StepEngine {
  if (name === 'eager') return eagerEngine({ backend: 'cpu' });
  if (name === TFJS_NODE) {
    registerBuilt();
    return startable(eagerEngine({ backend: 'node' }));
  }
  const withoutPasses = passesWithout(name);
  return startable(compiledEngine({ runtime: 'onnxruntime-node', threads, ...(withoutPasses && { withoutPasses }) }));
}

/** What is left out of the compiled engine in a variant of our side: one pass, or all of them. */
export const withoutNames: readonly string[] = ['all', ...Object.keys(passes)];

/** The variant of our side that leaves something out. */
export function variantWithout(name: string): string {
  return `${WITHOUT}${name}`;
}

const WITHOUT = 'without ';

function passesWithout(variant: string): readonly PassName[] | undefined {
  if (!variant.startsWith(WITHOUT)) return undefined;
  const name = variant.slice(WITHOUT.length);
  return name === 'all' ? (Object.keys(passes) as PassName[]) : [name as PassName];
}

/** What `tools/bench/setup tfjs-node` built registers itself with the one tfjs that there is. */
function registerBuilt(): void {
  const manifest = join(root, '.tfjs-node', 'package.json');
  if (existsSync(manifest)) createRequire(manifest)('@tensorflow/tfjs-node');
}

/** An engine whose runtime may not be installed. */
function startable(engine: StepEngine): StepEngine {
  return {
    name: engine.name,
    async prepare(model, settings) {
      try {
        return await engine.prepare(model, settings);
      } catch (error) {
        if (!isCtrflowError(error, 'BackendError')) throw error;
        throw new SkippedError(error.message);
      }
    },
  };
}
