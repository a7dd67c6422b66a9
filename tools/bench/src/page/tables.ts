import type { Measurement } from '../measurement';
import type { Scaling } from '../scaling/scaling';
import type { BundleSizes } from '../bundles/bundle-sizes';
import { gainsOf } from '../passes/pass-gains';
import type { PassGains } from '../passes/pass-gains';
import { rooflineDistances } from './limits';
import { number, percent, ratio } from './numbers';
import { commitOf, comparisons, requirements, whereBehind } from './speed';

/** Rows of texts below their titles: the same for the page and for Markdown. */
export interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Required figures beside measured ones. */
export function requirementsTable(measurements: readonly Measurement[]): Table {
  return {
    header: ['figure', 'required', 'ctrflow, ms', 'other, ms', 'ratio', 'reached', 'commit', 'command (npm run -s bench --)'],
    rows: requirements(measurements).map(({ figure, required, ours, other, ratio: reached, reached: verdict, commit = '–', command }) => [figure, required, number(ours), number(other), ratio(reached), verdict, commit, command]),
  }; // prettier-ignore
}

/** Every side of every workload. */
export function speedTable(measurements: readonly Measurement[]): Table {
  const rows = comparisons(measurements).map((side) => [
    side.workload,
    side.side,
    side.skipped === undefined ? `${number(side.milliseconds)}${side.disturbed ? ' *' : ''}` : 'skipped',
    number(side.cpuMilliseconds),
    side.rowsPerSecond === undefined ? '–' : Math.round(side.rowsPerSecond).toLocaleString('en-US'),
    number(side.peakMegabytes),
    side.ours ? '' : ratio(side.factor),
    String(side.threads),
    side.commit,
  ]);
  return {
    header: ['workload', 'side', 'median, ms', 'CPU, ms', 'rows/s', 'peak, MB', 'ctrflow is faster by', 'threads', 'commit'],
    rows,
  }; // prettier-ignore
}

/** How far from the machine's limits. */
export function rooflineTable(measurements: readonly Measurement[]): Table {
  return {
    header: ['workload', 'side', 'median, ms', 'least, ms', 'bound by', 'share of the limit'],
    rows: rooflineDistances(measurements).map(({ workload, side, milliseconds, leastMilliseconds, boundBy, share }) => [workload, side, number(milliseconds), number(leastMilliseconds), boundBy, percent(share)]),
  }; // prettier-ignore
}

/** Exponents of all scalings. */
export function scalingTable(scalings: readonly Scaling[]): Table {
  return {
    header: ['time by', 'workload', 'from', 'to', 'exponent', 'expected', 'exponent of peak memory', 'theory', 'commit'],
    rows: scalings.map(({ x, workload, mode, points, exponents, theory, machine }) => [
      x,
      `${workload} ${mode}`,
      Math.min(...points.map((point) => point.x)).toLocaleString('en-US'),
      Math.max(...points.map((point) => point.x)).toLocaleString('en-US'),
      ratio(exponents.measured),
      ratio(exponents.expected),
      ratio(exponents.memory),
      theory,
      commitOf({ machine }),
    ]),
  }; // prettier-ignore
}

/** What each pass of the compiler is worth on each workload. */
export function passTable(lines: readonly PassGains[]): Table {
  const columns = lines.map(gainsOf);
  const names = columns[0]?.gains.map(({ pass }) => pass) ?? [];
  const gainOf = ({ gains }: (typeof columns)[number], name: string): string => {
    const gain = gains.find(({ pass }) => pass === name);
    return gain === undefined ? '–' : `${ratio(gain.factor)} (${gain.nodes.toLocaleString('en-US')})`;
  };
  return {
    header: ['left out', ...lines.map(({ workload }) => workload)],
    rows: [
      ['nothing', ...columns.map(({ milliseconds, nodes }) => `${number(milliseconds)} ms (${nodes.toLocaleString('en-US')})`)],
      ...names.map((name) => [name === 'all' ? 'all passes' : name, ...columns.map((column) => gainOf(column, name))]),
    ],
  };
} // prettier-ignore

/** Published modules, the largest first. */
export function bundleTable({ modules }: BundleSizes): Table {
  const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1);
  return {
    header: ['module', 'minified, kB', 'gzipped, kB'],
    rows: modules
      .toSorted((a, b) => b.minifiedBytes - a.minifiedBytes)
      .map(({ module, minifiedBytes, gzippedBytes }) => [module, kilobytes(minifiedBytes), kilobytes(gzippedBytes)]),
  };
}

/** Where a peer is better, as sentences; one that says so where there is no such place. */
export function peerIsFaster(measurements: readonly Measurement[]): string[] {
  const behind = whereBehind(measurements).map(({ workload, side, factor }) => `${workload}: ${side} is ${factor.toFixed(2)} times as fast`); // prettier-ignore
  return behind.length === 0 ? ['nowhere, of what was measured'] : behind;
}

/** Required figures that nobody has measured on this machine. */
export function notMeasured(measurements: readonly Measurement[]): string[] {
  return requirements(measurements)
    .filter(({ reached }) => reached === 'not measured')
    .map(({ figure, command }) => `${figure}: ${command}`);
}

/** Sides that did not run, and why. */
export function skippedSides(measurements: readonly Measurement[]): string[] {
  const reasons = new Map<string, string[]>();
  for (const { workload, side, skipped } of comparisons(measurements)) {
    if (skipped === undefined) continue;
    const key = `${side}: ${skipped}`;
    reasons.set(key, [...(reasons.get(key) ?? []), workload]);
  }
  return [...reasons].map(([reason, names]) => `${reason} (${names.join('; ')})`);
}
