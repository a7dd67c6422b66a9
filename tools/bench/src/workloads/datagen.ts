import { join } from 'node:path';
import type { Workload } from '../workload';

/** Writing a synthetic shop. */
export const datagen: Workload = {
  name: 'datagen',
  summary: '1M rows of shop-v1 to CSV; no peer',
  unit: 'run',
  sizes: { rows: 1_000_000 },
  quickSizes: { rows: 500 },
  modes: ['shop-v1'],
  variants: ['csv'],
  peers: {},
  rowsPerSample: ({ rows }) => rows,
  async prepare({ sizes: { rows }, mode, scratch }) {
    const { rm } = await import('node:fs/promises');
    const { writeShop } = await import('@ctrflow/datagen/node');
    const folder = join(scratch, 'shop');
    let clickRate = NaN;
    return {
      info: {},
      before: () => rm(folder, { recursive: true, force: true }),
      async run() {
        ({ clickRate } = await writeShop(folder, { preset: mode, rows }));
      },
      results: () => ({ clickRate }),
    };
  },
};
