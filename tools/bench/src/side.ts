/** Our side of a workload as a process: says that it is ready, then times as many samples as each line of its input asks for. */
import { createInterface } from 'node:readline';
import { REPLY } from './side-process';
import type { Reply } from './side-process';
import { findWorkload } from './workloads/catalog';
import { SkippedError } from './workload';
import type { Side, SideSettings } from './workload';

function reply(message: Reply): void {
  process.stdout.write(`${REPLY}${JSON.stringify(message)}\n`);
}

async function timeSamples(side: Side, samples: number): Promise<number[]> {
  const milliseconds: number[] = [];
  for (let i = 0; i < samples; i++) {
    await side.before?.();
    const started = performance.now();
    await side.run();
    milliseconds.push(performance.now() - started);
  }
  return milliseconds;
}

async function serve(settings: SideSettings): Promise<void> {
  const started = performance.now();
  const side = await findWorkload(settings.workload).prepare(settings);
  reply({ ready: true, info: side.info, setupSeconds: (performance.now() - started) / 1000 });
  for await (const line of createInterface({ input: process.stdin })) {
    const milliseconds = await timeSamples(side, Number(line));
    reply({ milliseconds, results: side.results?.() ?? {} });
  }
  await side.close?.();
}

try {
  await serve(JSON.parse(process.argv[2]) as SideSettings);
} catch (error) {
  if (!(error instanceof SkippedError)) throw error;
  reply({ skipped: error.message });
}
