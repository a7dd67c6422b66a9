import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { peerPython, root } from './machine';
import { pauseTree, resumeTree, usageOf } from './process-tree';
import { SkippedError } from './workload';
import type { SideSettings, SideSpec } from './workload';

/** What begins a reply; anything else that a side prints is noise of its libraries. */
export const REPLY = '@bench ';

/** What a side says: first that it is ready or skipped, then the times of the samples it was asked for. */
export type Reply =
  | { readonly ready: true; readonly info: Readonly<Record<string, string | number>>; readonly setupSeconds: number }
  | { readonly skipped: string }
  | { readonly milliseconds: readonly number[]; readonly results: Readonly<Record<string, number>> }
  | { readonly answer: unknown };

/** Times of one round of a side. */
export interface Round {
  readonly milliseconds: readonly number[];
  readonly results: Readonly<Record<string, number>>;
  /** Of the process and all that it started, over the round; undefined where it cannot be read. */
  readonly cpuSeconds: number | undefined;
}

/** A side that runs in a process of its own, held to some processors. It is halted, with all that it started, while it is not its turn: beside Ray, which waits behind FuxiCTR, CSV files took a quarter longer to encode. */
export class SideProcess {
  private readonly replies: string[] = [];
  private readonly noise: string[] = [];
  private wake: (() => void) | undefined;
  private ended: string | undefined;
  info: Readonly<Record<string, string | number>> = {};
  setupSeconds = 0;

  private constructor(
    readonly spec: SideSpec,
    private readonly child: ChildProcess,
  ) {
    this.listen(child);
    if (running.size === 0) watchTheEnd('on');
    running.add(this);
  }

  /** @throws SkippedError when the side cannot run here; Error when it fails */
  static async start(
    spec: SideSpec,
    settings: SideSettings,
    processors: readonly number[] | undefined,
  ): Promise<SideProcess> {
    const command = commandOf(spec, settings);
    const pinned = processors === undefined ? command : ['taskset', '--cpu-list', processors.join(','), ...command];
    const child = spawn(pinned[0], pinned.slice(1), {
      cwd: root,
      env: { ...process.env, ...threadLimits(settings.threads) },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // a group that loses its shell is hung up where one of it is halted
    });
    const side = new SideProcess(spec, child);
    const reply = await side.reply();
    if ('skipped' in reply) {
      await side.stop();
      throw new SkippedError(reply.skipped);
    }
    if (!('ready' in reply)) throw new Error(`${spec.label}: expected "ready", got ${JSON.stringify(reply)}`);
    side.info = reply.info;
    side.setupSeconds = reply.setupSeconds;
    side.pause();
    return side;
  }

  /** Times some samples. */
  async measure(samples: number): Promise<Round> {
    const before = this.usage()?.cpuSeconds;
    const reply = await this.replyTo(String(samples));
    if (!('milliseconds' in reply)) throw new Error(`${this.spec.label}: expected times, got ${JSON.stringify(reply)}`);
    const after = this.usage()?.cpuSeconds;
    return { ...reply, cpuSeconds: before === undefined || after === undefined ? undefined : after - before };
  }

  /** What a side answers to a request, where it is one that answers rather than takes samples. */
  async ask(request: unknown): Promise<unknown> {
    const reply = await this.replyTo(JSON.stringify(request));
    if (!('answer' in reply)) throw new Error(`${this.spec.label}: expected an answer, got ${JSON.stringify(reply)}`);
    return reply.answer;
  }

  peakMegabytes(): number | undefined {
    return this.usage()?.peakMegabytes;
  }

  async stop(): Promise<void> {
    if (this.ended !== undefined) return;
    const closed = new Promise<void>((resolve) =>
      this.child.once('close', () => {
        resolve();
      }),
    );
    running.delete(this);
    if (running.size === 0) watchTheEnd('off');
    this.resume();
    this.child.stdin?.end();
    const patience = setTimeout(() => this.child.kill('SIGKILL'), 20_000);
    await closed;
    clearTimeout(patience);
  }

  /** Lets a halted side go on. */
  resume(): void {
    if (this.child.pid !== undefined && this.ended === undefined) resumeTree(this.child.pid);
  }

  /** Lets the side answer one line. */
  private async replyTo(line: string): Promise<Reply> {
    this.resume();
    this.child.stdin?.write(`${line}\n`);
    const reply = await this.reply();
    this.pause();
    return reply;
  }

  private pause(): void {
    if (this.child.pid !== undefined && this.ended === undefined) pauseTree(this.child.pid);
  }

  private usage(): ReturnType<typeof usageOf> {
    return this.child.pid === undefined ? undefined : usageOf(this.child.pid);
  }

  private listen(child: ChildProcess): void {
    const onLine = (line: string): void => {
      if (line.startsWith(REPLY)) this.replies.push(line.slice(REPLY.length));
      else this.noise.push(line);
      if (this.noise.length > 40) this.noise.shift();
      this.wake?.();
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', onLine);
    }
    child.stdin?.on('error', () => undefined); // it ended: `close` tells
    const onEnd = (reason: string): void => {
      this.ended ??= reason;
      this.wake?.();
    };
    child.on('error', (error) => {
      onEnd(error.message);
    });
    child.on('close', (code, signal) => {
      onEnd(`exit status ${code ?? signal ?? 'unknown'}`);
    });
  }

  private async reply(): Promise<Reply> {
    for (;;) {
      const line = this.replies.shift();
      if (line !== undefined) return JSON.parse(line) as Reply;
      if (this.ended !== undefined) {
        throw new Error(`${this.spec.label}: expected a reply, got ${this.ended}\n${this.noise.join('\n')}`);
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}

/** Sides that have not been stopped. */
const running = new Set<SideProcess>();

/** What is halted outlives the process that halted it: however that ends, short of SIGKILL, it lets all sides go on to their end. */
function watchTheEnd(how: 'on' | 'off'): void {
  process[how]('exit', resumeAll);
  for (const name of ['SIGINT', 'SIGTERM'] as const) process[how](name, leave);
}

function resumeAll(): void {
  for (const side of running) side.resume();
}

function leave(): void {
  process.exit(130);
}

function commandOf({ language, script }: SideSpec, settings: SideSettings): string[] {
  const json = JSON.stringify(settings);
  if (language === 'typescript') {
    const side = fileURLToPath(new URL('side.ts', import.meta.url));
    return [process.execPath, '--expose-gc', '--conditions=@ctrflow/source', '--import=tsx', side, json];
  }
  const python = peerPython();
  if (python === undefined) throw new SkippedError('no .venv; run tools/bench/setup');
  return [python, '-u', `${root}tools/bench/peers/${script ?? settings.workload}.py`, json];
}

/** Every library that starts threads of its own reads one of these. */
function threadLimits(threads: number): Record<string, string> {
  const names = [
    'OMP_NUM_THREADS',
    'MKL_NUM_THREADS',
    'OPENBLAS_NUM_THREADS',
    'POLARS_MAX_THREADS',
    'ARROW_NUM_THREADS',
  ];
  const others = ['TF_NUM_INTRAOP_THREADS', 'RAYON_NUM_THREADS'];
  return Object.fromEntries([...names, ...others].map((name) => [name, String(threads)]));
}
