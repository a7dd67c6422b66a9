import { logUniformAt, randomKey } from '@ctrflow/core';
import { createTableGroup } from '../src/index';
import type { TableOptimizer } from '../src/index';
import { createTableThreads } from '../src/node';

// The embedding side of a training step: 4096 x 39 log-uniform lookups of 16 numbers.
// node --conditions=@ctrflow/source --import=tsx packages/embeddings/bench/step.ts [rows] [plain|simd] [threads] [optimizer] [steps]
const [rows = '1e6', kernels = 'simd', threads = '1', kind = 'lazy-adam', steps = '40'] = process.argv.slice(2);
const [B, F, D] = [4096, 39, 16];
const numLookups = B * F;
const numRows = Math.floor(Number(rows) / F);
const fields = Array.from({ length: F }, (_, f) => ({ name: `field${f}`, numRows }));
const group = createTableGroup('embedding', fields, {
  dim: D,
  key: randomKey(1),
  initializer: { kind: 'zeros' },
  kernels: kernels === 'plain' ? 'plain' : 'auto',
});
group.useOptimizer({ kind, ...(kind === 'dense-adam' && { l2: 1e-5 }) } as TableOptimizer);
if (Number(threads) > 1) group.useThreads(createTableThreads(Number(threads)));

const batches = Array.from({ length: 8 }, (_, batch) =>
  Int32Array.from({ length: numLookups }, (__, i) => (i % F) * numRows + logUniformAt(randomKey(batch), i, numRows)),
);
const gradients = new Float32Array(numLookups * D).fill(1e-3);
const out = new Float32Array(numLookups * D);
const times: Record<string, number[]> = { plan: [], gather: [], update: [], total: [] };
let cpu = process.cpuUsage();
const warmUp = 8;
for (let step = 0; step < Number(steps) + warmUp; step++) {
  if (step === warmUp) cpu = process.cpuUsage();
  const marks = [performance.now()];
  const mark = () => marks.push(performance.now());
  const plan = group.plan(batches[step % batches.length]);
  mark();
  group.gather(plan, out);
  mark();
  group.update(plan, gradients, { learningRate: 1e-3, step: step + 1 });
  mark();
  if (step < warmUp) continue;
  ['plan', 'gather', 'update'].forEach((name, i) => times[name].push(marks[i + 1] - marks[i]));
  times.total.push(marks[3] - marks[0]);
}
const { user, system } = process.cpuUsage(cpu);
const median = (x: readonly number[]): number => [...x].sort((a, b) => a - b)[Math.floor(x.length / 2)];
console.log(
  JSON.stringify({
    ...{ rows, kernels: group.kernels, threads, optimizer: kind },
    ...Object.fromEntries(Object.entries(times).map(([name, x]) => [name, Number(median(x).toFixed(1))])),
    fastest: Number(Math.min(...times.total).toFixed(1)),
    cpu: Number(((user + system) / 1000 / Number(steps)).toFixed(1)),
  }),
);
