import { measuredSides, speedUps } from './measurement';
import type { Measurement, SideResult } from './measurement';

const titles = ['side', 'min', 'median', 'CPU', 'rows/s', 'GFLOP/s', 'peak MB', 'set-up', ''] as const;

/** A measurement as a table for people. */
export function renderMeasurement(measurement: Measurement): string {
  const { workload, unit, mode, sizes, threads, processors, load, machine } = measurement;
  const rows = measurement.sides.map((side) => rowOf(side, measurement));
  const settings = Object.entries({ mode, ...sizes }).map(([name, value]) => `${name} ${value}`);
  const held = processors === null ? 'not pinned' : `on processors ${processors.join(', ')}`;
  const lines = [
    `${workload}: milliseconds a ${unit} (${settings.join(', ')})`,
    `${threads} threads ${held}; load ${load.before} -> ${load.after}; ${machine.cpu}, ${machine.cores} cores; Node ${machine.node}; ${machine.commit}${machine.changed ? ' with changes' : ''}`,
    ...alignColumns([[...titles], ...rows]),
  ];
  for (const { ours, peer, factor } of speedUps(measurement)) {
    const [own, others] = [ours.cpuMilliseconds, peer.cpuMilliseconds];
    const cpu = own === undefined || others === undefined || others === 0 ? '' : `, with ${(own / others).toFixed(2)} times its CPU time`; // prettier-ignore
    lines.push(`${ours.label} is ${factor.toFixed(2)} times as fast as ${peer.label} (medians)${cpu}`);
  }
  if (load.after > 1.5 * threads)
    lines.push(`others were at work (load ${load.after}): wall times say little, CPU times more`);
  lines.push(...rooflineLines(measurement));
  return `${lines.join('\n')}\n`;
}

/** How much of the machine's best matrix product a training reaches. */
function rooflineLines(measurement: Measurement): string[] {
  const { roofline, gigaflopPerSample } = measurement;
  if (roofline === undefined) return [];
  const { gigaflopsPerSecond: best, gigabytesPerSecond } = roofline;
  const ours = measuredSides(measurement).find((side) => side.ours);
  const share = (side: typeof ours, flop: number, limit: number): string =>
    side === undefined ? '' : `; ${side.label} reaches ${Math.round((100 * flop) / (side.milliseconds.median / 1000) / limit)} % of it`; // prettier-ignore
  const sgemm =
    best === undefined || gigaflopPerSample === undefined
      ? 'not measured'
      : `${number(best)} GFLOP/s${share(ours, gigaflopPerSample, best)}`;
  return [`best sgemm ${sgemm}; memory ${number(gigabytesPerSecond)} GB/s`];
}

function rowOf(side: SideResult, { rowsPerSample, gigaflopPerSample }: Measurement): string[] {
  if ('skipped' in side) return [side.label, `skipped: ${side.skipped}`];
  const { milliseconds, cpuMilliseconds, peakMegabytes, results, info } = side;
  const seconds = milliseconds.median / 1000;
  return [
    side.label,
    number(milliseconds.min),
    number(milliseconds.median),
    cpuMilliseconds === undefined ? '-' : number(cpuMilliseconds),
    Math.round(rowsPerSample / seconds).toLocaleString('en-US'),
    gigaflopPerSample === undefined ? '-' : number(gigaflopPerSample / seconds),
    peakMegabytes === undefined ? '-' : Math.round(peakMegabytes).toLocaleString('en-US'),
    `${side.setupSeconds.toFixed(1)} s`,
    Object.entries({ ...results, ...info })
      .map(([name, value]) => `${name} ${typeof value === 'number' ? shortNumber(value) : value}`)
      .join(', '),
  ];
}

/** Numbers to the right, the first and the last column to the left; a skipped side has no numbers to align. */
export function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const full = rows.filter((row) => row.length === rows[0].length);
  const widths = rows[0].map((_, i) => Math.max(...full.map((row) => row[i].length)));
  const nameWidth = Math.max(...rows.map(([name]) => name.length));
  return rows.map((row) => {
    const [name, ...cells] = row;
    const shown =
      row.length === rows[0].length ? cells.map((cell, i) => align(cell, widths[i + 1], i + 2 === row.length)) : cells;
    return `  ${[name.padEnd(nameWidth), ...shown].join('  ')}`.trimEnd();
  });
}

function align(cell: string, width: number, last: boolean): string {
  return last ? cell : cell.padStart(width);
}

function number(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(5);
}
