import { ConfigError, checkInteger, expected } from '@ctrflow/core';
import { parseFlags } from './flags';
import type { BenchOptions } from './harness';
import { pickWorkloads } from './workloads/catalog';
import type { Sizes, Workload } from './workload';

/** What the command line asks for. */
export type Request =
  | { readonly command: 'help' }
  | { readonly command: 'compare'; readonly files: readonly [string, string] }
  | {
      readonly command: 'measure';
      readonly json: boolean;
      readonly record: boolean;
      readonly quick: boolean;
      readonly plans: readonly { readonly workload: Workload; readonly options: Omit<BenchOptions, 'onProgress'> }[];
    };

const flags = {
  workload: { type: 'string' },
  peer: { type: 'string' },
  mode: { type: 'string' },
  engine: { type: 'string' },
  threads: { type: 'string' },
  runs: { type: 'string' },
  samples: { type: 'string' },
  'warm-up': { type: 'string' },
  vocab: { type: 'string' },
  rows: { type: 'string' },
  batch: { type: 'string' },
  epochs: { type: 'string' },
  quick: { type: 'boolean' },
  record: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

type Flags = Readonly<Partial<Record<keyof typeof flags, string | boolean>>>;

/** @throws ConfigError for an argument that is unknown or out of range */
export function parseArguments(argv: readonly string[]): Request {
  const { values, positionals } = parseFlags('bench', argv, flags);
  if (values.help === true || (positionals.length === 0 && values.workload === undefined)) return { command: 'help' };
  const [command, ...operands] = positionals;
  if (command === 'compare') {
    if (operands.length !== 2) throw new ConfigError(expected('bench compare', 'two result files', operands));
    return { command, files: [operands[0], operands[1]] };
  }
  if (command !== undefined) throw new ConfigError(expected('bench', '--workload or compare', command));
  const workloads = pickWorkloads(String(values.workload));
  return {
    command: 'measure',
    json: values.json === true,
    record: values.record === true,
    quick: values.quick === true,
    plans: workloads.map((workload) => ({ workload, options: optionsOf(workload, values) })),
  };
}

function optionsOf(workload: Workload, values: Flags): Omit<BenchOptions, 'onProgress'> {
  const quick = values.quick === true;
  const step = workload.unit === 'step';
  const count = (name: keyof Flags, preset: number, min = 1): number =>
    values[name] === undefined ? preset : checkInteger('bench', `--${name}`, Number(values[name]), { min });
  return {
    sizes: sizesOf(workload, quick, count),
    mode: choice('mode', values.mode, workload.modes, workload.modes[0]),
    variant: choice('engine', values.engine, workload.variants, quick ? (workload.quickVariant ?? workload.variants[0]) : workload.variants[0]), // prettier-ignore
    peer: choice('peer', values.peer, ['all', 'none', ...Object.keys(workload.peers)], 'all'),
    threads: count('threads', 2),
    runs: count('runs', quick ? 2 : step ? 8 : 3),
    samplesPerRun: count('samples', step && !quick ? 5 : 1),
    warmUp: count('warm-up', step && !quick ? 5 : 1, 0),
  };
}

/** Flags that set a size, by the name of that size. */
const sizeFlags = { vocab: 'vocab', rows: 'rows', batch: 'batchSize', epochs: 'epochs' } as const;

function sizesOf(workload: Workload, quick: boolean, count: (name: keyof Flags, preset: number) => number): Sizes {
  const sizes: Record<string, number> = { ...(quick ? workload.quickSizes : workload.sizes) };
  for (const [flag, size] of Object.entries(sizeFlags)) {
    if (size in sizes) sizes[size] = count(flag as keyof Flags, sizes[size]);
  }
  return sizes;
}

/** A name out of some. */
function choice(flag: string, value: string | boolean | undefined, names: readonly string[], preset: string): string {
  if (value === undefined) return preset;
  if (names.includes(String(value))) return String(value);
  throw new ConfigError(expected('bench', `one of ${names.join(', ')} for --${flag}`, value));
}
