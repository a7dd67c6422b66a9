/** Tells later whether the process that left a file or a lock still runs: its id alone is given to others when it has ended. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** A process. */
export interface Owner {
  readonly pid: number;
  /** The machine, and on Linux the space of process ids: a container has its own. */
  readonly machine: string;
  /** When the process began; `x` where the system does not say. */
  readonly started: string;
}

const UNKNOWN = 'x';

let own: Owner | undefined;

/** This process. */
export function thisOwner(): Owner {
  return (own ??= { pid: process.pid, machine: machine(), started: startOf(process.pid) });
}

/**
 * Whether a process runs; undefined where this one cannot know: the other is on another machine or in another container, or its id is in use and the system does not say
 * since when.
 */
export function isRunning({ pid, machine, started }: Owner): boolean | undefined {
  if (machine !== thisOwner().machine) return undefined;
  if (!isAlive(pid)) return false;
  const now = startOf(pid);
  return started === UNKNOWN || now === UNKNOWN ? undefined : started === now;
}

/** An owner as text of letters, digits and dashes, which a name can hold. */
export function ownerText({ pid, machine, started }: Owner): string {
  return `${pid}-${machine}-${started}`;
}

/** The owner that a text names; undefined when it names none. */
export function parseOwner(text: string): Owner | undefined {
  const match = /^([1-9]\d{0,9})-([0-9a-f]{8})-([0-9a-f]{8}|x)$/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), machine: match[2], started: match[3] };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function machine(): string {
  const id = attempt(() => readFileSync('/etc/machine-id', 'utf8')) ?? '';
  const space = attempt(() => readlinkSync('/proc/self/ns/pid')) ?? '';
  return digest([hostname(), id, space].join('\n'));
}

function startOf(pid: number): string {
  if (process.platform === 'win32') return UNKNOWN;
  const start = attempt(() => (process.platform === 'linux' ? linuxStart(pid) : posixStart(pid)));
  return start === undefined || start === '' ? UNKNOWN : digest(start);
}

/** Which start of the machine, and ticks from there to the start of the process. */
function linuxStart(pid: number): string {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold blanks and brackets
  const [state, ticks] = [fields[0], fields[19]];
  if (state === 'Z') return 'ended, and its parent has not asked yet';
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8') + ticks;
}

function posixStart(pid: number): string {
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { env, encoding: 'utf8' }).trim();
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
