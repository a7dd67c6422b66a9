/** `npm run -s bench -- --workload NAME`: see the README. */
import { dirname } from 'node:path';
import { isCtrflowError } from '@ctrflow/core';
import { parseArguments } from './arguments';
import type { Plan, Request } from './arguments';
import { compareResults, renderChanges } from './compare';
import { measure } from './harness';
import { rooflineOf } from './limits';
import type { Measurement } from './measurement';
import { measurementsOf, readResults, record, resultsFolder } from './record';
import type { ResultLine } from './record';
import { renderMeasurement } from './table';
import { workloads } from './workloads/catalog';

const usage = `Usage: npm run -s bench -- --workload NAME[,NAME...]|all [options]
       npm run -s bench -- scaling [--of vocab,batch,fields,history,threads,rows] [--threads N] [--record] [--json] [--quick]
       npm run -s bench -- passes [--workload NAME,...] [--threads N] [--record] [--json] [--quick]
       npm run -s bench -- bundles [--record] [--json]
       npm run -s bench -- page [--results FOLDER] [--out FOLDER]
       npm run -s bench -- compare BEFORE.jsonl AFTER.jsonl

To measure everything and write docs/benchmarks/index.html and TABLE.md:

  tools/bench/setup                                  the peers, once
  npm run -s build                                   for start-up and bundle sizes as published
  npm run -s bench -- --workload all --record        every workload, every peer
  npm run -s bench -- scaling --record               our own time against sizes
  npm run -s bench -- passes --record                what each pass of the compiler is worth
  npm run -s bench -- bundles --record               sizes of the published modules
  npm run -s bench -- page                           the page, from the newest results

Options:

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
    process.stdout.write(renderChanges(compareResults(measurementsOf(before), measurementsOf(after))));
  } else if (request.command === 'page') {
    const { writePage } = await import('./page/write-page');
    const { results = resultsFolder, out = dirname(resultsFolder), quick } = request;
    for (const file of await writePage({ results, out, quick })) process.stderr.write(`wrote ${file}\n`);
  } else if (request.command === 'bundles') {
    const { bundleSizes, renderBundleSizes } = await import('./bundles/measure-bundles');
    const sizes = await bundleSizes();
    await show(request, sizes, renderBundleSizes(sizes));
  } else if (request.command === 'scaling') {
    const { measureScaling, renderScaling } = await import('./scaling/measure-scaling');
    for (const axis of request.axes) {
      const scaling = await measureScaling(axis, { ...request, onProgress: progressOf(`scaling by ${axis}`) });
      await show(request, scaling, renderScaling(scaling));
    }
  } else if (request.command === 'passes') {
    const { measurePasses, renderPassGains } = await import('./passes/measure-passes');
    for (const { workload, options } of request.plans) {
      const onProgress = progressOf(`passes of ${workload.name}`);
      const gains = { ...(await measurePasses(workload, { ...options, onProgress })), quick: request.quick };
      await show(request, gains, renderPassGains(gains));
    }
  } else {
    for (const plan of request.plans) {
      const measurement = await measurePlan(plan, request.quick);
      await show(request, measurement, renderMeasurement(measurement));
    }
  }
}

async function measurePlan({ workload, options }: Plan, quick: boolean): Promise<Measurement> {
  const onProgress = progressOf(workload.name);
  const bounded = workload.flops !== undefined || workload.bytes !== undefined;
  const limits = bounded && !quick ? await rooflineOf(options, onProgress) : undefined;
  const measured = await measure(workload, { ...options, onProgress });
  return { ...measured, ...(limits && { roofline: limits }), quick };
}

/** A result for people or as JSON, and into its file. */
async function show(output: { readonly json: boolean; readonly record: boolean }, result: ResultLine, text: string): Promise<void> {
  process.stdout.write(output.json ? `${JSON.stringify(result)}\n` : `${text}\n`);
  if (output.record) process.stderr.write(`recorded in ${await record(result)}\n`);
} // prettier-ignore

function progressOf(name: string): (message: string) => void {
  return (message) => void process.stderr.write(`${name}: ${message}\n`);
}

try {
  await run(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (!isCtrflowError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
