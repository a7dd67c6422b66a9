import type { Runtime } from '@ctrflow/compiler';
import type { TableThreads } from '@ctrflow/embeddings';

const pools = new Map<number | undefined, Promise<TableThreads>>();

/**
 * Threads for the tables of a training, as many as its sessions have. All trainings of a process share them: they sleep between steps, do not keep the
 * process alive, and results are the same bits with any number of them. None outside Node, and none for one thread.
 */
export async function tableThreads(runtime: Runtime, threads: number | undefined): Promise<TableThreads | undefined> {
  if (threads === 1 || !runtime.name.startsWith('onnxruntime-node')) return undefined;
  let pool = pools.get(threads);
  if (pool === undefined) {
    pool = import('@ctrflow/embeddings/node').then(({ createTableThreads }) => createTableThreads(threads));
    pools.set(threads, pool);
  }
  return pool;
}
