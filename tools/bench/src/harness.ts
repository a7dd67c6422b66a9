import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeMachine, loadAverage, pinnedProcessors, root } from './machine';
import type { Measurement, SideResult } from './measurement';
import { SideProcess } from './side-process';
import type { Round } from './side-process';
import { summarize } from './statistics';
import { SkippedError } from './workload';
import type { SideSettings, SideSpec, Sizes, Workload } from './workload';

/** What to measure, and how long. */
export interface BenchOptions {
  readonly sizes: Sizes;
  readonly mode: string;
  /** Variant of our side. */
  readonly variant: string;
  /** A name of the workload's peers, `all` or `none`. */
  readonly peer: string;
  readonly threads: number;
  /** Alternating rounds. */
  readonly runs: number;
  /** Samples of each side in a round. */
  readonly samplesPerRun: number;
  readonly warmUp: number;
  readonly onProgress: (message: string) => void;
}

/** A side that takes part, and what it has shown so far. */
interface Participant {
  readonly spec: SideSpec;
  readonly ours: boolean;
  process?: SideProcess | undefined;
  skipped?: string;
  readonly rounds: Round[];
}

/**
 * Times a workload: all sides are started, each in a process held to the same processors, and warmed up; then they are timed in turn, one at a time, round after
 * round, so that whatever else the machine does meets all of them alike.
 */
export async function measure(workload: Workload, options: BenchOptions): Promise<Measurement> {
  const processors = pinnedProcessors(options.threads);
  const folder = join(root, 'runs', 'bench', fileKey(workload, options.sizes));
  await mkdir(folder, { recursive: true });
  await workload.makeFiles?.(options.sizes, folder);
  const loadBefore = loadAverage();
  const scratch = await mkdtemp(join(tmpdir(), 'ctrflow-bench-'));
  const participants: Participant[] = [];
  try {
    for (const { spec, ours } of sidesOf(workload, options)) {
      options.onProgress(`${spec.label}: starting`);
      participants.push(await start(spec, ours, settingsOf(workload, options, spec, folder, scratch), processors));
    }
    await warmUp(participants, options);
    await runRounds(participants, options);
    const sides = participants.map(resultOf);
    return {
      workload: workload.name,
      unit: workload.unit,
      mode: options.mode,
      sizes: options.sizes,
      rowsPerSample: workload.rowsPerSample(options.sizes),
      ...(workload.flops && { gigaflopPerSample: workload.flops(options.sizes) / 1e9 }),
      ...(workload.bytes && { gigabytesPerSample: workload.bytes(options.sizes, ownResults(sides)) / 1e9 }),
      threads: options.threads,
      processors: processors ?? null,
      load: { before: loadBefore, after: loadAverage() },
      when: new Date().toISOString(),
      machine: describeMachine(),
      sides,
    };
  } finally {
    for (const { process } of participants) await process?.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

function sidesOf(workload: Workload, { peer, variant }: BenchOptions): { spec: SideSpec; ours: boolean }[] {
  const ours: SideSpec = { label: `ctrflow/${variant}`, language: 'typescript', variant };
  const peers = Object.entries(workload.peers).flatMap(([name, specs]) =>
    peer === 'all' || peer === name ? specs : [],
  );
  return [{ spec: ours, ours: true }, ...peers.map((spec) => ({ spec, ours: false }))];
}

function settingsOf(
  workload: Workload,
  { sizes, mode, threads }: BenchOptions,
  { label, variant }: SideSpec,
  folder: string,
  scratch: string,
): SideSettings {
  const own = join(scratch, label.replaceAll('/', '-'));
  return { workload: workload.name, sizes, mode, variant, threads, folder, scratch: own };
}

async function start(
  spec: SideSpec,
  ours: boolean,
  settings: SideSettings,
  processors: readonly number[] | undefined,
): Promise<Participant> {
  await mkdir(settings.scratch, { recursive: true });
  try {
    return { spec, ours, process: await SideProcess.start(spec, settings, processors), rounds: [] };
  } catch (error) {
    if (!(error instanceof SkippedError)) throw error;
    return { spec, ours, skipped: error.message.replaceAll(root, ''), rounds: [] };
  }
}

/** A peer whose first samples fail is out of the comparison; the others go on. */
async function warmUp(participants: readonly Participant[], options: BenchOptions): Promise<void> {
  for (const participant of participants) {
    const { process, spec, ours } = participant;
    if (process === undefined || options.warmUp === 0) continue;
    options.onProgress(`${spec.label}: warming up`);
    try {
      await process.measure(options.warmUp);
    } catch (error) {
      if (ours) throw error;
      participant.skipped = `failed: ${reasonOf(error)}`;
      participant.process = undefined;
      await process.stop();
    }
  }
}

/** The last line of what a side said before it ended: the exception of a Python program. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.trim().split('\n').at(-1)! : String(error);
}

async function runRounds(participants: readonly Participant[], options: BenchOptions): Promise<void> {
  for (let run = 1; run <= options.runs; run++) {
    for (const { process, spec, rounds } of participants) {
      if (process === undefined) continue;
      options.onProgress(`${spec.label}: run ${run} of ${options.runs}`);
      rounds.push(await process.measure(options.samplesPerRun));
    }
  }
}

function ownResults(sides: readonly SideResult[]): Readonly<Record<string, number>> {
  const ours = sides.find((side) => side.ours);
  return ours !== undefined && 'results' in ours ? ours.results : {};
}

function resultOf({ spec, ours, process, skipped, rounds }: Participant): SideResult {
  const { label } = spec;
  if (process === undefined) return { label, ours, skipped: skipped ?? 'not started' };
  const milliseconds = rounds.flatMap((round) => round.milliseconds);
  const cpu = rounds.map(({ cpuSeconds }) => cpuSeconds);
  const cpuSeconds = cpu.every((seconds) => seconds !== undefined)
    ? cpu.reduce((sum, seconds) => sum + seconds, 0)
    : undefined;
  const peakMegabytes = process.peakMegabytes();
  return {
    label,
    ours,
    info: process.info,
    setupSeconds: process.setupSeconds,
    milliseconds: summarize(milliseconds),
    ...(cpuSeconds !== undefined && { cpuMilliseconds: (cpuSeconds * 1000) / milliseconds.length }),
    ...(peakMegabytes !== undefined && { peakMegabytes }),
    results: rounds.at(-1)?.results ?? {},
  };
}

/** Files depend on the sizes and on nothing else. */
function fileKey({ name }: Workload, sizes: Sizes): string {
  const parts = Object.entries(sizes).map(([size, value]) => `${size}-${value}`);
  return [name, ...parts].join('_');
}
