/**
 * Runs a model of one operation in ONNX Runtime, as a process of its own: `run-once.ts [main|worker|worker-env]`, in the main thread, in a worker thread, or in one
 * with an environment that says more than the process's own. Prints the result and the variable that a child process finds, or the error.
 */
import { spawnSync } from 'node:child_process';
import { Worker, isMainThread } from 'node:worker_threads';
import { encodeOnnx, loadRuntime } from '../src/index';

async function run(): Promise<string> {
  const value = (name: string) => ({ name, type: 'float32', dims: [1] }) as const;
  const node = { opType: 'Neg', name: 'negated', inputs: ['x'], outputs: ['y'], attrs: {}, domain: '' };
  const io = { nodes: [node], initializers: [], inputs: [value('x')], outputs: [value('y')] };
  const model = encodeOnnx({ irVersion: 8, opsets: { '': 17 }, graphName: 'once', ...io });
  const { runtime } = await loadRuntime('onnxruntime-node');
  const session = await runtime.load(model);
  const { y } = await session.run({ x: runtime.tensor('float32', Float32Array.of(2), [1]) }, { y: null });
  const child = spawnSync(process.execPath, ['-p', 'process.env.ORT_DISABLE_TELEMETRY'], { encoding: 'utf8' });
  return `${String(y?.data[0])} ${child.stdout.trim()}`;
}

const [where = 'main'] = process.argv.slice(2);
if (isMainThread && where !== 'main') {
  const env = { ...process.env, ...(where === 'worker-env' && { ORT_DISABLE_TELEMETRY: '1' }) };
  const start = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(import.meta.url)}); })`;
  new Worker(start, { eval: true, env }); // a worker of Node 20 does not begin with TypeScript
} else {
  console.log(await run().catch((error: unknown) => (error as Error).message));
}
