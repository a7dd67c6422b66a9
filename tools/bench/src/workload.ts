/** Numbers that say how large a workload is (`batchSize`, `vocab`, `rows`), by name. */
export type Sizes = Readonly<Record<string, number>>;

/** What one side of a measurement is told: the same for ours and for a peer. */
export interface SideSettings {
  readonly workload: string;
  readonly sizes: Sizes;
  /** Which meaning of the workload, `lazy` or `dense` for instance: the same on both sides. */
  readonly mode: string;
  /** How this side does it, `compile` for instance: free for each side. */
  readonly variant: string;
  readonly threads: number;
  /** Files of the workload, made before the sides start. */
  readonly folder: string;
  /** Where this side may write. */
  readonly scratch: string;
}

/** One side, ready to be timed. */
export interface Side {
  /** What runs, for the table and the record: engine, versions, counts. */
  readonly info: Readonly<Record<string, string | number>>;
  /** Untimed, before every sample: removes the output of the last one, for instance. */
  before?(): Promise<void>;
  /** One sample: a step of a training, or a whole run. */
  run(): Promise<void>;
  /** What came out (`loss`, `auc`), so that a reader sees that both sides did the same. */
  results?(): Readonly<Record<string, number>>;
  close?(): Promise<void> | void;
}

/** A side of a workload as a process: ours in some variant, or a Python script of `peers`. */
export interface SideSpec {
  /** `torch/compile`, for instance. */
  readonly label: string;
  readonly language: 'typescript' | 'python';
  /** File name in `peers`, without `.py`. */
  readonly script?: string;
  readonly variant: string;
}

/** What one sample is: a step or a call of milliseconds, a whole run; `limit` for what the machine can do, where sides are no rivals. */
export type SampleUnit = 'step' | 'call' | 'run' | 'limit';

/** Something that is timed, ours against peers. Heavy imports belong inside `prepare` and `makeFiles`. */
export interface Workload {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  readonly unit: SampleUnit;
  readonly sizes: Sizes;
  /** Sizes with which everything runs in seconds. */
  readonly quickSizes: Sizes;
  /** The first is the default. */
  readonly modes: readonly string[];
  /** The variants of our side: engines for a training, or ways of doing it. The first is the default. */
  readonly variants: readonly string[];
  /** The variant of our side when nothing but rot is looked for. Default: the first. */
  readonly quickVariant?: string;
  /** Sides of each peer: the fastest one counts. */
  readonly peers: Readonly<Record<string, readonly SideSpec[]>>;
  /** Other modes and sizes that `--workload all` measures too: those that a figure is required of. */
  readonly also?: readonly { readonly mode?: string; readonly sizes?: Sizes }[];
  /** Rows (samples, lookups, scores) that one sample handles. */
  rowsPerSample(sizes: Sizes): number;
  /** Floating-point operations of the matrix products in one sample, where they are what counts. */
  flops?(sizes: Sizes): number;
  /** Bytes that any implementation has to move between memory and processor, given what came out, where they are what counts. */
  bytes?(sizes: Sizes, results: Readonly<Record<string, number>>): number;
  /** Writes the files that all sides read; they are kept for the next measurement. */
  makeFiles?(sizes: Sizes, folder: string): Promise<void>;
  prepare(settings: SideSettings): Promise<Side>;
}

/** Thrown by `prepare` when a side cannot run here, with the reason and what to do. */
export class SkippedError extends Error {
  override readonly name = 'SkippedError';
}

/** Python sides of a peer from one script. */
export function pythonSides(peer: string, script: string, variants: readonly string[] = ['default']): SideSpec[] {
  return variants.map((variant) => ({
    label: variants.length === 1 ? peer : `${peer}/${variant}`,
    language: 'python',
    script,
    variant,
  }));
}

/** Our own code in another variant, as a peer. */
export function ownSide(label: string, variant: string): SideSpec {
  return { label, language: 'typescript', variant };
}
