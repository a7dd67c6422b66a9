import type { BundleSizes } from '../bundles/bundle-sizes';
import { keyOf } from '../compare';
import type { Machine } from '../machine';
import { measuredSides } from '../measurement';
import type { Measurement } from '../measurement';
import { measurementsOf } from '../record';
import type { ResultLine } from '../record';
import type { Scaling } from '../scaling/scaling';
import { workloads } from '../workloads/catalog';

/** What the page is made of: the newest of everything that was measured on one machine. */
export interface NewestResults {
  readonly measurements: readonly Measurement[];
  readonly scalings: readonly Scaling[];
  readonly bundles: BundleSizes | undefined;
  /** Where the newest of all was measured. */
  readonly machine: Machine | undefined;
  /** Lines that were measured on other machines. */
  readonly elsewhere: number;
}

/**
 * The newest line of each workload, mode, sizes and threads, of the machine that was measured last. A line with a peer is preferred to a newer one without: a ratio
 * needs both sides from one session.
 */
export function newestResults(lines: readonly ResultLine[], quick = false): NewestResults {
  const wanted = lines.filter((line) => quick || line.quick !== true).sort((a, b) => a.when.localeCompare(b.when));
  const machine = wanted.at(-1)?.machine;
  const here = wanted.filter((line) => machine !== undefined && sameMachine(line.machine, machine));
  const measurements = new Map<string, Measurement>();
  for (const line of measurementsOf(here)) {
    if (!workloads.some(({ name }) => name === line.workload)) continue; // it has been given up
    const [ours] = measuredSides(line);
    const key = `${keyOf(line)} ${ours?.label ?? ''}`;
    const known = measurements.get(key);
    if (known === undefined || hasPeer(line) || !hasPeer(known)) measurements.set(key, line);
  }
  const scalings = new Map(here.filter((line) => 'kind' in line && line.kind === 'scaling').map((line) => [`${line.workload} ${line.of}`, line])); // prettier-ignore
  return {
    measurements: [...measurements.values()],
    scalings: [...scalings.values()],
    bundles: here.filter((line) => 'kind' in line && line.kind === 'bundles').at(-1),
    machine,
    elsewhere: wanted.length - here.length,
  };
}

function hasPeer(measurement: Measurement): boolean {
  return measuredSides(measurement).some(({ ours }) => !ours);
}

function sameMachine(one: Machine, other: Machine): boolean {
  return one.cpu === other.cpu && one.cores === other.cores && one.platform === other.platform;
}
