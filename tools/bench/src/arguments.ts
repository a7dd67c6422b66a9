import { ConfigError, checkInteger, expected } from '@ctrflow/core';
import { parseFlags } from './flags';
import type { BenchOptions } from './harness';
import { scalingAxes } from './scaling/scaling';
import type { ScalingAxis } from './scaling/scaling';
import { pickWorkloads } from './workloads/catalog';
import type { Sizes, Workload } from './workload';

/** What the command line asks for. */
export type Request =
  | { readonly command: 'help' }
  | { readonly command: 'compare'; readonly files: readonly [string, string] }
  | {
      readonly command: 'page';
      /** Folder of results, and where the page goes; their places in `docs` when absent. */
      readonly results?: string;
      readonly out?: string;
      readonly quick: boolean;
    }
  | { readonly command: 'scaling'; readonly axes: readonly ScalingAxis[]; readonly quick: boolean; readonly threads: number; readonly record: boolean; readonly json: boolean } // prettier-ignore
  | { readonly command: 'bundles'; readonly record: boolean; readonly json: boolean }
  | {
      readonly command: 'measure' | 'passes';
      readonly json: boolean;
      readonly record: boolean;
      readonly quick: boolean;
      readonly plans: readonly Plan[];
    };

/** One measurement to make. */
export interface Plan {
  readonly workload: Workload;
  readonly options: Omit<BenchOptions, 'onProgress'>;
}

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
  of: { type: 'string' },
  results: { type: 'string' },
  out: { type: 'string' },
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
  const output = { record: values.record === true, json: values.json === true };
  const quick = values.quick === true;
  if (command === 'page') return { command, quick, ...texts(values, ['results', 'out']) };
  if (command === 'bundles') return { command, ...output };
  if (command === 'scaling') return { command, axes: axesOf(values.of), threads: integer(values, 'threads', 2), quick, ...output }; // prettier-ignore
  if (command === 'passes') return { command, ...output, quick, plans: compiledWorkloads(values.workload).map((workload) => ({ workload, options: optionsOf(workload, values) })) }; // prettier-ignore
  if (command !== undefined)
    throw new ConfigError(expected('bench', '--workload, scaling, passes, bundles, page or compare', command));
  const names = String(values.workload);
  return { command: 'measure', ...output, quick, plans: pickWorkloads(names).flatMap((workload) => plansOf(workload, values, names === 'all' && !quick)) }; // prettier-ignore
}

/** Workloads that are steps of the compiled engine; all of them where none is named. */
function compiledWorkloads(names: string | boolean | undefined): readonly Workload[] {
  const isCompiled = ({ unit, variants }: Workload): boolean => unit === 'step' && variants.includes('compiled');
  const named = pickWorkloads(names === undefined ? 'all' : String(names));
  const other = names === undefined ? undefined : named.find((workload) => !isCompiled(workload));
  if (other !== undefined)
    throw new ConfigError(expected('bench passes', 'workloads that are steps of the compiled engine', other.name));
  return named.filter(isCompiled);
}

/** What is measured of a workload: what the flags say, and with `all` what else a figure is required of. */
function plansOf(workload: Workload, values: Flags, all: boolean): Plan[] {
  const options = optionsOf(workload, values);
  const chosen = values.mode !== undefined || Object.keys(sizeFlags).some((flag) => values[flag as keyof Flags] !== undefined); // prettier-ignore
  const others = all && !chosen ? (workload.also ?? []) : [];
  return [
    { workload, options },
    ...others.map(({ mode = options.mode, sizes }) => ({ workload, options: { ...options, mode, sizes: { ...options.sizes, ...sizes } } })),
  ]; // prettier-ignore
}

function axesOf(names: string | boolean | undefined): readonly ScalingAxis[] {
  if (names === undefined) return scalingAxes;
  return String(names)
    .split(',')
    .map((name) => choice('of', name, scalingAxes, scalingAxes[0]) as ScalingAxis);
}

function texts<K extends keyof Flags>(values: Flags, names: readonly K[]): Partial<Record<K, string>> {
  const given = names.filter((name) => values[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, String(values[name])])) as Partial<Record<K, string>>;
}

function integer(values: Flags, name: keyof Flags, preset: number, min = 1): number {
  return values[name] === undefined ? preset : checkInteger('bench', `--${name}`, Number(values[name]), { min });
}

/** Samples in a round: more where one takes milliseconds. */
function samplesOf({ unit }: Workload): number {
  return unit === 'step' ? 5 : unit === 'call' ? 25 : 1;
}

function optionsOf(workload: Workload, values: Flags): Omit<BenchOptions, 'onProgress'> {
  const quick = values.quick === true;
  const samples = samplesOf(workload);
  const count = (name: keyof Flags, preset: number, min = 1): number => integer(values, name, preset, min);
  return {
    sizes: sizesOf(workload, quick, count),
    mode: choice('mode', values.mode, workload.modes, workload.modes[0]),
    variant: choice('engine', values.engine, workload.variants, quick ? (workload.quickVariant ?? workload.variants[0]) : workload.variants[0]), // prettier-ignore
    peer: choice('peer', values.peer, ['all', 'none', ...Object.keys(workload.peers)], 'all'),
    threads: count('threads', 2),
    runs: count('runs', quick ? 2 : samples > 1 ? 8 : 3),
    samplesPerRun: count('samples', quick ? 1 : samples),
    warmUp: count('warm-up', quick ? 1 : samples, 0),
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
