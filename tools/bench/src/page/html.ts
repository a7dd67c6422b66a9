import { renderPage } from '@ctrflow/report';
import type { ReportFigure, ReportSection, ReportTile } from '@ctrflow/report';
import { measuredSides } from '../measurement';
import type { Measurement } from '../measurement';
import type { Scaling } from '../scaling/scaling';
import { JUDGED, ROUNDINGS, TOLERANCE } from '../parity/lockstep';
import type { PassGains } from '../passes/pass-gains';
import { rooflineDistances } from './limits';
import type { NewestResults } from './newest';
import { number, ratio } from './numbers';
import { lockstepTable, parityCommands, parityTable } from './parity';
import type { NewestParity } from './parity';
import { commitOf, requirements } from './speed';
import { bundleTable, notMeasured, passTable, peerIsFaster, requirementsTable, rooflineTable, scalingTable, skippedSides, speedTable } from './tables'; // prettier-ignore

const HOW =
  'Each side is a process of its own on the same processors with the same number of threads; they are warmed up and then timed in turn, round after round. Medians; the fastest side of a peer counts. A star marks times during which others were at work on the machine.';
export const PARITY =
  'The same encoded rows, settings and rules on both sides, seed by seed in turn; mean and standard deviation of the test AUC. The true difference is above the bound with 95 % confidence (Welch, one-sided). Where paired, both sides began with the same weights and saw the rows in the same order, so that a bound of the differences of single seeds can be given too.';
export const LOCKSTEP = `Both sides take steps from the same weights on one batch, FuxiCTR in float64. The largest difference of the loss of a step, as a share of it; the first ${JUDGED} steps may differ by ${TOLERANCE}, or by ${ROUNDINGS.times} times what FuxiCTR in float32 differs from itself.`;
export const PASSES =
  'Time of a training step without a pass of the compiler, as a multiple of the time with all of them, and the nodes of its graphs; medians of sides that ran in turn. Where the nodes are as many as with all passes, the graph is mostly the same: what differs there is noise.';
export const COMMAND = 'npm run -s bench -- --workload all --record && npm run -s bench -- scaling --record && npm run -s bench -- passes --record && npm run -s bench -- bundles --record && npm run -s bench -- page'; // prettier-ignore

/** The page of all results. */
export function renderBenchmarkPage(results: NewestResults): string {
  const { measurements, scalings } = results;
  return renderPage({
    title: 'Benchmarks of ctrflow',
    tiles: tilesOf(results),
    sections: [
      ...requiredSection(measurements),
      listSection('Where a peer is faster', peerIsFaster(measurements)),
      { title: 'Speed', paragraphs: [HOW], tables: [speedTable(measurements)] },
      ...paritySections(results.parity),
      ...rooflineSection(measurements),
      ...scalingSection(scalings),
      ...passSection(results.passes),
      ...bundleSection(results),
      ...optionalList('Required and not measured here', notMeasured(measurements)),
      ...optionalList('Sides that did not run', skippedSides(measurements)),
    ],
    command: COMMAND,
  });
}

function tilesOf({ measurements, scalings, machine, elsewhere }: NewestResults): ReportTile[] {
  if (machine === undefined) return [];
  const judged = requirements(measurements);
  const reached = judged.filter((one) => one.reached === 'yes').length;
  const measured = judged.filter((one) => one.reached !== 'not measured').length;
  const lines = [...measurements, ...scalings].sort((a, b) => a.when.localeCompare(b.when));
  const commits = lines.map(commitOf);
  const numCommits = new Set(commits).size;
  const days = lines.map(({ when }) => when.slice(0, 10));
  const others = elsewhere === 0 ? '' : `; ${elsewhere} results of other machines are left out`;
  return [
    { name: 'required figures', value: `${reached} of ${judged.length}`, remark: `reached; ${measured} are measured` },
    { name: 'machine', value: machine.cpu, remark: `${machine.cores} processors, ${machine.memoryGigabytes} GB, ${machine.platform}${others}` }, // prettier-ignore
    { name: 'commit', value: commits.at(-1) ?? '–', remark: numCommits > 1 ? `the newest of ${numCommits}` : 'of all results' }, // prettier-ignore
    { name: 'measured', value: days.at(-1) ?? '–', remark: days[0] === days.at(-1) ? 'all results' : `the oldest: ${days[0]}` }, // prettier-ignore
    { name: 'versions', value: `Node ${machine.node}`, remark: versionsOf(peerInfos(measurements), machine.versions) },
  ];
}

function peerInfos(measurements: readonly Measurement[]): Readonly<Record<string, string | number>>[] {
  return measurements.flatMap((measurement) => measuredSides(measurement).filter(({ ours }) => !ours).map(({ info }) => info)); // prettier-ignore
}

/** Peers give their versions under their names. */
function versionsOf(
  peers: readonly Readonly<Record<string, string | number>>[],
  own: Readonly<Record<string, string>> = {},
): string {
  const found = new Map(Object.entries(own));
  for (const info of peers) {
    for (const [name, value] of Object.entries(info))
      if (typeof value === 'string' && /^\d+\.\d/.test(value)) found.set(name, value);
  }
  return [...found].map(([name, version]) => `${name} ${version}`).join(', ');
}

function requiredSection(measurements: readonly Measurement[]): ReportSection[] {
  const bars = requirements(measurements)
    .filter(({ ratio: reached, required }) => reached !== undefined && !required.startsWith('at most'))
    .map(({ figure, ratio: value = NaN, required }) => ({ name: figure, value, mark: parseFloat(required) }));
  const figures: ReportFigure[] = bars.length === 0 ? [] : [{ title: 'Times as fast as the peer', remark: 'The tick is what is required.', plot: { kind: 'bars', label: 'ratio of medians', bars } }]; // prettier-ignore
  return [
    {
      title: 'Required figures',
      paragraphs: ['Above 1 ctrflow is faster. Figures beside our own time say how many times the smaller one it is.'],
      figures,
      tables: [requirementsTable(measurements)],
    },
  ];
}

function paritySections(parity: NewestParity): ReportSection[] {
  const { trainings, lockstep } = parity;
  const sections: ReportSection[] = [];
  if (trainings.length > 0)
    sections.push({ title: 'Training parity with FuxiCTR', paragraphs: [PARITY], tables: [parityTable(parity)] });
  if (lockstep.length > 0)
    sections.push({ title: 'In lock step with FuxiCTR', paragraphs: [LOCKSTEP], tables: [lockstepTable(parity)] });
  return [...sections, ...optionalList('Commands of these comparisons', parityCommands(parity))];
}

function rooflineSection(measurements: readonly Measurement[]): ReportSection[] {
  const distances = rooflineDistances(measurements);
  if (distances.length === 0) return [];
  const bars = distances
    .filter(({ ours }) => ours)
    .map(({ workload, share }) => ({ name: workload, value: share, mark: 1 }));
  const [limits] = measurements.flatMap(({ roofline }) => roofline ?? []).slice(-1);
  const sgemm = limits.gigaflopsPerSecond === undefined ? '' : `sgemm ${number(limits.gigaflopsPerSecond)} GFLOP/s, `;
  return [
    {
      title: 'Distance from the roofline',
      paragraphs: [
        `The machine's best, measured in the same session: ${sgemm}memory ${number(limits.gigabytesPerSecond)} GB/s read and written. The least time is that of the matrix products alone at the best sgemm, or of the memory traffic that cannot be avoided, whichever is longer: it is no step yet, so 100 % is out of reach.`,
      ],
      figures: [{ title: 'Share of the limit that ctrflow reaches', remark: 'The tick is the limit.', plot: { kind: 'bars', label: 'least time / time', bars } }], // prettier-ignore
      tables: [rooflineTable(measurements)],
    },
  ];
}

function scalingSection(scalings: readonly Scaling[]): ReportSection[] {
  if (scalings.length === 0) return [];
  return [
    {
      title: 'Scaling',
      paragraphs: [
        'Our own time against one size, all others staying. The dashed line is what the theory gives, through the middle of the measured points: its slope counts, not its height.',
      ],
      figures: scalings.flatMap((scaling) => [timeFigure(scaling), ...memoryFigure(scaling)]),
      tables: [scalingTable(scalings)],
    },
  ];
}

function timeFigure({ x, unit, workload, points, exponents, theory, leftOut }: Scaling): ReportFigure {
  const measured = points.map((point) => [point.x, point.milliseconds.median] as const);
  const expected = points.map((point) => [point.x, point.expectedMilliseconds] as const);
  const missing = leftOut.length === 0 ? '' : ` Left out: ${leftOut.join('; ')}.`;
  return {
    title: `${workload}: time of a ${unit} by ${x}`,
    remark: `Fitted exponent ${ratio(exponents.measured)}, expected ${ratio(exponents.expected)}: ${theory}.${missing}`,
    plot: {
      kind: 'lines',
      x: { label: x, scale: 'log' },
      y: { label: 'milliseconds', scale: 'log' },
      series: [
        { name: 'measured', points: measured },
        { name: 'expected', points: expected, dashed: true },
      ],
    },
  };
}

/** Only of streaming, where memory is the question. */
function memoryFigure({ of: axis, x, workload, points, exponents }: Scaling): ReportFigure[] {
  if (axis !== 'rows' || exponents.memory === undefined) return [];
  const measured = points.flatMap((point) => (point.peakMegabytes === undefined ? [] : [[point.x, point.peakMegabytes] as const])); // prettier-ignore
  return [
    {
      title: `${workload}: peak of memory by ${x}`,
      remark: `Fitted exponent ${ratio(exponents.memory)}, expected 0.00: files are streamed, so memory stays.`,
      plot: {
        kind: 'lines',
        x: { label: x, scale: 'log' },
        y: { label: 'megabytes', scale: 'log' },
        series: [{ name: 'measured', points: measured }],
      },
    },
  ];
}

function passSection(passes: readonly PassGains[]): ReportSection[] {
  if (passes.length === 0) return [];
  return [{ title: 'What each pass is worth', paragraphs: [PASSES], tables: [passTable(passes)] }];
}

function bundleSection({ bundles }: NewestResults): ReportSection[] {
  if (bundles === undefined) return [];
  const title = 'Sizes of the published modules';
  if (bundles.skipped !== undefined) return [{ title, paragraphs: [`Skipped: ${bundles.skipped}.`] }];
  const how = 'Bundled and minified, with everything that a module imports from other packages left out.';
  return [{ title, paragraphs: [how], tables: [bundleTable(bundles)] }];
}

function listSection(title: string, items: readonly string[]): ReportSection {
  return { title, list: items };
}

function optionalList(title: string, items: readonly string[]): ReportSection[] {
  return items.length === 0 ? [] : [listSection(title, items)];
}
