import { env, findBackendFactory, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';
import { BackendError, checkOneOf, expected } from '@ctrflow/core';

/** tfjs backends that run models eagerly, best first within each platform. */
export type BackendName = 'node-gpu' | 'node' | 'cpu' | 'webgpu' | 'webgl' | 'wasm';

interface Backend {
  readonly name: BackendName;
  /** npm package; an optional peer. */
  readonly package: string;
  /** Name under which the package registers itself with tfjs. */
  readonly registered: string;
  readonly platform: 'node' | 'browser' | 'any';
  readonly load: () => Promise<unknown>;
}

/** Written out one by one, so that bundlers see which packages are meant. */
const backends: readonly Backend[] = [
  {
    name: 'node-gpu',
    package: '@tensorflow/tfjs-node-gpu',
    registered: 'tensorflow',
    platform: 'node',
    load: () => import('@tensorflow/tfjs-node-gpu'),
  },
  {
    name: 'node',
    package: '@tensorflow/tfjs-node',
    registered: 'tensorflow',
    platform: 'node',
    load: () => import('@tensorflow/tfjs-node'),
  },
  {
    name: 'webgpu',
    package: '@tensorflow/tfjs-backend-webgpu',
    registered: 'webgpu',
    platform: 'browser',
    load: () => import('@tensorflow/tfjs-backend-webgpu'),
  },
  {
    name: 'webgl',
    package: '@tensorflow/tfjs-backend-webgl',
    registered: 'webgl',
    platform: 'browser',
    load: () => import('@tensorflow/tfjs-backend-webgl'),
  },
  {
    name: 'wasm',
    package: '@tensorflow/tfjs-backend-wasm',
    registered: 'wasm',
    platform: 'browser',
    load: () => import('@tensorflow/tfjs-backend-wasm'),
  },
  {
    name: 'cpu',
    package: '@tensorflow/tfjs-backend-cpu',
    registered: 'cpu',
    platform: 'any',
    load: () => import('@tensorflow/tfjs-backend-cpu'),
  },
];

/** Names of all backends, best first. */
export const backendNames: readonly BackendName[] = backends.map(({ name }) => name);

/**
 * Loads an eager tfjs backend and makes it tfjs's current one.
 *
 * @param name - `auto` takes the one that is set already, else the best one installed on this platform
 * @returns the name of the backend that runs now
 * @throws BackendError when the package is not installed or does not start, with what to do
 * @example
 * await loadBackend(); // 'cpu', or 'node' where @tensorflow/tfjs-node is installed
 */
export async function loadBackend(name: BackendName | 'auto' = 'auto'): Promise<string> {
  checkOneOf('loadBackend', 'backend', name, ['auto', ...backendNames]);
  quiet();
  if (name !== 'auto') return start(find(name));
  // `getBackend` is undefined, whatever its type says, until a backend has been chosen.
  const current = getBackend() as string | undefined;
  if (current !== undefined) return current;
  const reasons: string[] = [];
  for (const backend of backends.filter(runsHere)) {
    try {
      return await start(backend);
    } catch (error) {
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new BackendError(
    `loadBackend: expected an installed tfjs backend, got none; npm i @tensorflow/tfjs-backend-cpu\n${reasons.join('\n')}`,
  );
}

function find(name: BackendName): Backend {
  const found = backends.find((backend) => backend.name === name);
  if (found === undefined) throw new BackendError(expected('loadBackend', backendNames.join(', '), name));
  return found;
}

function runsHere({ platform }: Backend): boolean {
  return platform === 'any' || platform === (isNode() ? 'node' : 'browser');
}

async function start({ name, package: packageName, registered, load }: Backend): Promise<string> {
  if (registered === 'tensorflow') await restoreNodeUtil();
  // Bundlers may have registered the backend without a module of its name: nothing to load then.
  if (findBackendFactory(registered) === null) {
    try {
      await load();
    } catch (error) {
      throw new BackendError(
        `loadBackend: expected backend "${name}" to load, got: ${firstLine(error)}; ${advice(name, packageName, error)}`,
        { cause: error },
      );
    }
  }
  if (!(await setBackend(registered))) {
    throw new BackendError(
      expected('loadBackend', `backend "${name}" to start`, 'a failure', 'does this device support it?'),
    );
  }
  await ready();
  return name;
}

function advice(name: BackendName, packageName: string, error: unknown): string {
  const absent = /cannot find|could not resolve|failed to resolve/i.test(firstLine(error));
  const missing = absent && String(error).includes(packageName);
  if (missing) return `npm i ${packageName}`;
  if (name === 'node' || name === 'node-gpu') {
    return `its native library is missing or does not fit: its install downloads it, so install it again with a network (npm rebuild ${packageName}), or use backend "cpu"`;
  }
  return 'use backend "cpu"';
}

/** tfjs-node 4.22 calls two functions that Node 23 removed. */
async function restoreNodeUtil(): Promise<void> {
  const util = (await import('node:util')) as { default: Record<string, unknown> };
  util.default.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.default.isArray ??= Array.isArray;
}

/** Production mode: half the dispatch cost of an op, and no banner in the user's output. */
function quiet(): void {
  env().set('PROD', true);
}

function isNode(): boolean {
  return typeof process !== 'undefined' && process.versions?.node !== undefined;
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0];
}
