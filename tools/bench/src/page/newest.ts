import type { BundleSizes } from '../bundles/bundle-sizes';
import { keyOf } from '../compare';
import type { Machine } from '../machine';
import { measuredSides, peerOf } from '../measurement';
import type { Measurement, SideResult } from '../measurement';
import { measurementsOf } from '../record';
import type { ResultLine } from '../record';
import type { Scaling } from '../scaling/scaling';
import type { LockstepLine, ParityLine } from '../parity/lines';
import type { PassGains } from '../passes/pass-gains';
import { workloads } from '../workloads/catalog';
import { newestParity } from './parity';
import type { NewestParity } from './parity';

/** What the page is made of: the newest of everything that was measured on one machine. */
export interface NewestResults {
  readonly measurements: readonly Measurement[];
  readonly scalings: readonly Scaling[];
  readonly passes: readonly PassGains[];
  readonly bundles: BundleSizes | undefined;
  /** Of every machine: what they compare hangs on none. */
  readonly parity: NewestParity;
  /** Where the newest of all was measured. */
  readonly machine: Machine | undefined;
  /** Lines that were measured on other machines. */
  readonly elsewhere: number;
}

/**
 * The newest line of each workload, mode, sizes and threads, of the machine that was measured last. A ratio needs both sides from one session, so each peer stands in the newest line that
 * measured it, beside our own time of then; a line without peers counts only where there is no other.
 */
export function newestResults(lines: readonly ResultLine[], quick = false): NewestResults {
  const wanted = lines.filter((line) => quick || line.quick !== true).sort((a, b) => a.when.localeCompare(b.when));
  const timed = wanted.filter((line) => !isParity(line));
  const machine = (timed.at(-1) ?? wanted.at(-1))?.machine;
  const here = timed.filter((line) => machine !== undefined && sameMachine(line.machine, machine));
  const settings = new Map<string, Measurement[]>();
  for (const line of measurementsOf(here)) {
    if (!workloads.some(({ name }) => name === line.workload)) continue; // it has been given up
    const [ours] = measuredSides(line);
    const key = `${keyOf(line)} ${ours?.label ?? ''}`;
    settings.set(key, [...(settings.get(key) ?? []), line]);
  }
  const scalings = new Map(here.filter((line) => 'kind' in line && line.kind === 'scaling').map((line) => [`${line.workload} ${line.of}`, line])); // prettier-ignore
  const passes = new Map(here.filter((line) => 'kind' in line && line.kind === 'passes').map((line) => [line.workload, line])); // prettier-ignore
  return {
    measurements: [...settings.values()].flatMap(newestOfEachPeer),
    scalings: [...scalings.values()],
    passes: [...passes.values()],
    bundles: here.filter((line) => 'kind' in line && line.kind === 'bundles').at(-1),
    parity: newestParity(wanted.filter(isParity)),
    machine,
    elsewhere: timed.length - here.length,
  };
}

function isParity(line: ResultLine): line is ParityLine | LockstepLine {
  return 'kind' in line && (line.kind === 'parity' || line.kind === 'lockstep');
}

/** Of measurements of one thing, oldest first: those that are the newest of a peer, with the sides of these peers and our own. */
function newestOfEachPeer(lines: readonly Measurement[]): Measurement[] {
  const newest = new Map(lines.flatMap((line) => peersOf(line).map((peer) => [peer, line])));
  if (newest.size === 0) return lines.slice(-1);
  return [...new Set(newest.values())].map((line) => {
    const isShown = (side: SideResult): boolean => {
      const found = newest.get(peerOf(side.label));
      return side.ours || found === undefined || (found === line && 'milliseconds' in side);
    };
    return { ...line, sides: line.sides.filter(isShown) };
  });
}

/** Peers of which a side ran. */
function peersOf(measurement: Measurement): string[] {
  return [...new Set(measuredSides(measurement).flatMap(({ ours, label }) => (ours ? [] : [peerOf(label)])))];
}

function sameMachine(one: Machine, other: Machine): boolean {
  return one.cpu === other.cpu && one.cores === other.cores && one.platform === other.platform;
}
