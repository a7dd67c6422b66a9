import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { CaseName, Report } from './worker';
import type { RunnerName } from './runners';

/** A case in which something is wrong. */
export interface UserFinding extends CaseName {
  readonly what: string;
  readonly smallest?: string;
}

/** Counts of a run, and its findings. */
export interface UserFuzzResult {
  readonly counts: Readonly<Record<'finished' | 'refused' | 'finding' | 'crash' | 'hang', number>>;
  readonly findings: readonly UserFinding[];
}

/** What {@link fuzzUser} may be told. */
export interface UserFuzzOptions {
  readonly runners: readonly RunnerName[];
  readonly seed: number;
  /** Asked before each case. */
  readonly goesOn: (numCases: number) => boolean;
  readonly onFinding?: (finding: UserFinding) => void;
  readonly onCase?: (name: CaseName, report: Report) => void;
  /** A case that takes longer hangs. Default 120. */
  readonly secondsPerCase?: number;
  /** The program that runs the cases. Default `worker.ts`. */
  readonly worker?: string;
}

const ownWorker = join(import.meta.dirname, 'worker.ts');

/** Draws case after case and runs each in a worker process, which is renewed when it crashes or hangs; the same seed draws the same cases. */
export async function fuzzUser(options: UserFuzzOptions): Promise<UserFuzzResult> {
  const { runners, seed, goesOn, onFinding, onCase, secondsPerCase = 120, worker: program = ownWorker } = options;
  const counts = { finished: 0, refused: 0, finding: 0, crash: 0, hang: 0 };
  const findings: UserFinding[] = [];
  let worker: ChildProcess | undefined;
  try {
    for (let i = 0; goesOn(i); i++) {
      const name: CaseName = { runner: runners[i % runners.length], seed: seed * 1_000_003 + i };
      worker = worker?.connected === true ? worker : startWorker(program);
      const report = await ask(worker, name, secondsPerCase);
      if (report.kind === 'crash' || report.kind === 'hang') worker = undefined;
      if (report.kind === 'ended') counts[report.outcome.kind]++;
      else {
        counts[report.kind]++;
        const finding = { ...name, ...report };
        findings.push(finding);
        onFinding?.(finding);
      }
      if (report.kind === 'ended' || report.kind === 'finding') onCase?.(name, report);
    }
  } finally {
    worker?.kill();
  }
  return { counts, findings };
}

type Answer = Report | { readonly kind: 'crash' | 'hang'; readonly what: string };

function startWorker(program: string): ChildProcess {
  return fork(program, [], {
    execArgv: ['--conditions=@ctrflow/source', '--import=tsx', '--max-old-space-size=2048'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

function ask(worker: ChildProcess, name: CaseName, seconds: number): Promise<Answer> {
  return new Promise((resolve) => {
    const end = (answer: Answer): void => {
      clearTimeout(timer);
      worker.removeAllListeners('message').removeAllListeners('exit');
      resolve(answer);
    };
    const timer = setTimeout(() => {
      worker.kill('SIGKILL');
      end({ kind: 'hang', what: `no end within ${seconds} s` });
    }, seconds * 1000);
    worker.once('message', (report: Report) => {
      end(report);
    });
    worker.once('exit', (code, signal) => {
      end({ kind: 'crash', what: `the process ended with ${signal ?? `status ${code}`}` });
    });
    worker.send(name);
  });
}
