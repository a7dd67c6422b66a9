/** Runs a command in an empty home and an empty temporary folder and says which sockets it opened and which files it left there. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { firstProcess, sockets } from './trace';

/** What was seen of a command. */
export interface Seen {
  /** Lines of strace; undefined where it cannot watch. */
  readonly sockets: readonly string[] | undefined;
  /** Left below the home and the temporary folder. */
  readonly files: readonly string[];
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** How a command is run. */
export interface WatchOptions {
  /** A new folder for home, temporary files and the trace. */
  readonly folder: string;
  readonly cwd: string;
  readonly strace: boolean;
  /** Of ONNX Runtime, as the user's environment says: left on, or nothing said, which is the default. */
  readonly telemetry?: 'on';
  /** SIGINT after so many seconds; default: it ends by itself. */
  readonly seconds?: number;
}

/** Why strace cannot watch here; undefined where it can. */
export function whyNoStrace(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', ['-f', '-o', '/dev/null', 'true'], { encoding: 'utf8' });
  if (error !== undefined) return 'strace is not installed';
  return status === 0 ? undefined : `strace is refused: ${stderr.trim().split('\n')[0]}`;
}

export async function watch(command: readonly string[], options: WatchOptions): Promise<Seen> {
  const { folder, cwd, strace, telemetry, seconds } = options;
  const [home, temporary, trace] = ['home', 'tmp', 'trace.txt'].map((name) => join(folder, name));
  for (const each of [home, temporary]) mkdirSync(each, { recursive: true });
  const watched = ['strace', '-f', '--seccomp-bpf', '-e', 'trace=network', '-o', trace, ...command];
  const [program, ...args] = strace ? watched : command;
  // Nothing else of the environment: ONNX Runtime has no telemetry where it sees a CI.
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    TMPDIR: temporary,
    ...(telemetry && { ORT_DISABLE_TELEMETRY: '0' }),
  };
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const interrupt = (): void => {
    const pid = strace ? firstProcess(readFileSync(trace, 'utf8')) : child.pid;
    if (pid !== undefined) process.kill(pid, 'SIGINT');
  };
  const timer = seconds === undefined ? undefined : setTimeout(interrupt, seconds * 1000);
  const exitCode = await new Promise<number | null>((resolve, reject) =>
    child.on('error', reject).on('close', resolve),
  );
  clearTimeout(timer);
  return {
    sockets: strace && existsSync(trace) ? sockets(readFileSync(trace, 'utf8')) : undefined,
    files: [home, temporary].flatMap((each) => filesBelow(each).map((file) => relative(folder, file))),
    exitCode,
    stderr,
  };
}

function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}
