import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** The sides of a comparison. */
export type SideName = 'ours' | 'fuxictr';

/** One finished training. */
export interface ParityRun {
  readonly model: string;
  readonly side: SideName;
  readonly seed: number;
  /** On the test rows, with the weights of the best epoch. */
  readonly auc: number;
  readonly logLoss: number;
  /** Of the best epoch. */
  readonly validAuc: number;
  readonly epochs: number;
  /** An epoch with its evaluation, mean of all epochs. */
  readonly secondsPerEpoch: number;
  readonly parameters: number;
}

/** Finished trainings, kept in a file of JSON lines where there is one: a comparison that was stopped goes on with what is missing. */
export class RunLog {
  private constructor(
    private readonly runs: ParityRun[],
    private readonly key: string,
    private readonly path: string | undefined,
  ) {}

  /** @param key - what has to be equal for a run to count again: data and settings */
  static async open(path: string | undefined, key: string): Promise<RunLog> {
    if (path === undefined) return new RunLog([], key, path);
    await mkdir(dirname(path), { recursive: true });
    const content = await readFile(path, 'utf8').catch(() => '');
    const lines = content.split('\n').flatMap((line) => parsed(line));
    return new RunLog(
      lines.flatMap(({ key: of, ...run }) => (of === key ? [run] : [])),
      key,
      path,
    );
  }

  find(model: string, side: SideName, seed: number): ParityRun | undefined {
    return this.runs.find((run) => run.model === model && run.side === side && run.seed === seed);
  }

  async add(run: ParityRun): Promise<void> {
    this.runs.push(run);
    if (this.path !== undefined) await appendFile(this.path, `${JSON.stringify({ key: this.key, ...run })}\n`);
  }
}

/** A line that was cut off when the process was killed counts as missing. */
function parsed(line: string): (ParityRun & { readonly key: string })[] {
  try {
    return [JSON.parse(line) as ParityRun & { readonly key: string }];
  } catch {
    return [];
  }
}
