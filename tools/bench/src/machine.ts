import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Where and with what something was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly platform: string;
  readonly node: string;
  /** Of the libraries that our side runs on. */
  readonly versions?: Readonly<Record<string, string>>;
  readonly commit: string;
  /** Whether the sources differ from the commit. */
  readonly changed: boolean;
}

/** This machine and these sources. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    versions: libraryVersions(),
    commit: git('rev-parse', '--short=8', 'HEAD') ?? 'unknown',
    changed: git('status', '--porcelain', '--untracked-files=no') !== '',
  };
}

/** Load of the last minute: above the number of pinned processors, others were at work. */
export function loadAverage(): number {
  return Math.round(loadavg()[0] * 100) / 100;
}

/**
 * The processors that a side is held to: the first `threads` that this process may use. Undefined where `taskset` is missing; the numbers of threads still
 * hold then.
 */
export function pinnedProcessors(threads: number): readonly number[] | undefined {
  if (spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const allowed = allowedProcessors();
  return allowed.length < threads ? undefined : allowed.slice(0, threads);
}

/** Python of the peers' environment, or undefined before `tools/bench/setup`. */
export function peerPython(): string | undefined {
  const python = `${root}.venv/${process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'}`;
  return existsSync(python) ? python : undefined;
}

/** `0-1,4` as 0, 1, 4. */
export function parseProcessorList(list: string): number[] {
  return list
    .trim()
    .split(',')
    .flatMap((range) => {
      const [first, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
}

function libraryVersions(): Record<string, string> {
  const names = ['onnxruntime-node', '@tensorflow/tfjs-core', 'apache-arrow'];
  const files = names.map((name) => [name, `${root}node_modules/${name}/package.json`] as const);
  return Object.fromEntries(
    files
      .filter(([, file]) => existsSync(file))
      .map(([name, file]) => [name, (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version]),
  );
}

function allowedProcessors(): readonly number[] {
  const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
  const list = /Cpus_allowed_list:\s*(\S+)/.exec(status)?.[1];
  return list === undefined ? cpus().map((_, i) => i) : parseProcessorList(list);
}

function git(...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
