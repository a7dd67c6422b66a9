/** `npm run -s bench -- --workload NAME`: see the README. */
import { isCtrflowError } from '@ctrflow/core';
import { parseArguments } from './arguments';
import type { Request } from './arguments';
import { compareResults, renderChanges } from './compare';
import { measure } from './harness';
import { readResults, record } from './record';
import { renderMeasurement } from './table';
import { rooflineOf } from './limits';
import { workloads } from './workloads/catalog';

const usage = `Usage: npm run -s bench -- --workload NAME[,NAME...]|all [options]
       npm run -s bench -- compare BEFORE.jsonl AFTER.jsonl

  --threads N      threads of each side, all on the same N processors (default 2)
  --peer NAME      a peer, all (default) or none
  --mode NAME      another meaning of the workload, such as dense
  --engine NAME    variant of our side
  --vocab, --rows, --batch, --epochs N   sizes, where the workload has them
  --runs K, --samples N, --warm-up N     alternating runs, samples in each, samples before
  --quick          sizes of seconds: only to see that everything runs
  --record         appends the result to docs/benchmarks/results/<commit>.jsonl
  --json           one JSON object for each workload on stdout; progress goes to stderr

Workloads:
`;

function help(): string {
  const width = Math.max(...workloads.map(({ name }) => name.length));
  return usage + workloads.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join('');
}

async function run(request: Request): Promise<void> {
  if (request.command === 'help') process.stdout.write(help());
  else if (request.command === 'compare') {
    const [before, after] = await Promise.all(request.files.map((file) => readResults(file)));
    process.stdout.write(renderChanges(compareResults(before, after)));
  } else {
    for (const { workload, options } of request.plans) {
      const onProgress = (message: string): void => void process.stderr.write(`${workload.name}: ${message}\n`);
      const limits = workload.flops === undefined || request.quick ? undefined : await rooflineOf(options, onProgress);
      const measured = await measure(workload, { ...options, onProgress });
      const measurement = { ...measured, ...(limits && { roofline: limits }) };
      process.stdout.write(request.json ? `${JSON.stringify(measurement)}\n` : `${renderMeasurement(measurement)}\n`);
      if (request.record) process.stderr.write(`recorded in ${await record(measurement)}\n`);
    }
  }
}

try {
  await run(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (!isCtrflowError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
