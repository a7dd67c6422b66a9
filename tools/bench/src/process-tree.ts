import { readFileSync, readdirSync } from 'node:fs';

/** What a process and all that it started have used. */
export interface Usage {
  readonly cpuSeconds: number;
  /** Sum of the largest resident sizes: an upper bound of what was held at one time. */
  readonly peakMegabytes: number;
}

/** Linux counts processor time in hundredths of a second for every program that asks. */
const TICKS_PER_SECOND = 100;

/** Usage of a process and its descendants, threads included; undefined where there is no /proc. */
export function usageOf(pid: number): Usage | undefined {
  const processes = readProcesses();
  if (processes === undefined) return undefined;
  let cpuSeconds = 0;
  let peakMegabytes = 0;
  for (const id of withDescendants(pid, processes)) {
    cpuSeconds += processes.get(id)?.cpuSeconds ?? 0;
    peakMegabytes += peakOf(id);
  }
  return { cpuSeconds, peakMegabytes };
}

/** Halts a process and its descendants: what they do in the background takes no processor from others. Nothing where there is no /proc. */
export function pauseTree(pid: number): void {
  const halted = new Set<number>();
  for (let found = -1; found !== halted.size;) {
    found = halted.size;
    // From the root down, and again: what is halted starts nothing more.
    for (const id of descendantsOf(pid)) {
      if (!halted.has(id)) signal(id, 'SIGSTOP');
      halted.add(id);
    }
  }
}

/** Lets go on what {@link pauseTree} has halted. */
export function resumeTree(pid: number): void {
  for (const id of descendantsOf(pid)) signal(id, 'SIGCONT');
}

/** The process first; none where there is no /proc. */
function descendantsOf(pid: number): readonly number[] {
  const processes = readProcesses();
  return processes === undefined ? [] : withDescendants(pid, processes);
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT'): void {
  attempt(() => process.kill(pid, name)); // it may have ended meanwhile
}

interface Process {
  readonly parent: number;
  /** Own time, and that of children that have ended. */
  readonly cpuSeconds: number;
}

function readProcesses(): Map<number, Process> | undefined {
  const names = attempt(() => readdirSync('/proc'));
  if (names === undefined || process.platform !== 'linux') return undefined;
  const processes = new Map<number, Process>();
  for (const name of names) {
    if (!/^\d+$/.test(name)) continue;
    const stat = attempt(() => readFileSync(`/proc/${name}/stat`, 'utf8'));
    if (stat === undefined) continue; // it ended meanwhile
    // The second column, the program's name, may hold blanks and brackets.
    const columns = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, column) => sum + Number(columns[column]), 0);
    processes.set(Number(name), { parent: Number(columns[1]), cpuSeconds: ticks / TICKS_PER_SECOND });
  }
  return processes;
}

function withDescendants(root: number, processes: ReadonlyMap<number, Process>): readonly number[] {
  const found = [root];
  for (const parent of found) {
    for (const [id, child] of processes) if (child.parent === parent) found.push(id);
  }
  return found;
}

function peakOf(pid: number): number {
  const status = attempt(() => readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(/VmHWM:\s+(\d+) kB/.exec(status ?? '')?.[1] ?? 0) / 1024;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
