import { freemem } from 'node:os';
import { BackendError, expected } from '@ctrflow/core';
import { measure } from '../harness';
import { describeMachine, loadAverage, pinnedProcessors } from '../machine';
import { measuredSides } from '../measurement';
import type { MeasuredSide } from '../measurement';
import { fitPowerLaw } from '../statistics';
import { alignColumns } from '../table';
import type { Sizes } from '../workload';
import { axisPlans } from './axes';
import type { AxisPlan } from './axes';
import type { Scaling, ScalingAxis, ScalingPoint } from './scaling';

/** How long to measure each size. */
export interface ScalingOptions {
  readonly quick: boolean;
  /** Of every axis but that of threads. */
  readonly threads: number;
  readonly onProgress: (message: string) => void;
}

/** A size and what our side took. */
interface Measured {
  readonly x: number;
  readonly sizes: Sizes;
  readonly side: MeasuredSide;
}

/** Times our side of a workload at several values of one size, each in a process of its own. */
export async function measureScaling(axis: ScalingAxis, options: ScalingOptions): Promise<Scaling> {
  const plan = axisPlans[axis];
  const { workload, x: name } = plan;
  const own = options.quick ? workload.quickSizes : workload.sizes;
  const loadBefore = loadAverage();
  const leftOut: string[] = [];
  const measured: Measured[] = [];
  for (const x of options.quick ? plan.quickValues : plan.values) {
    const sizes = { ...own, ...plan.sizesAt?.(x) };
    const obstacle = obstacleOf(axis, plan, x, sizes);
    if (obstacle !== undefined) leftOut.push(`${x.toLocaleString('en-US')} (${obstacle})`);
    else measured.push({ x, sizes, side: await timeAt(axis, plan, x, sizes, options) });
  }
  const points = pointsOf(plan, measured);
  return {
    kind: 'scaling',
    of: axis,
    workload: workload.name,
    mode: workload.modes[0],
    label: measured[0].side.label,
    unit: workload.unit,
    x: name,
    sizes: Object.fromEntries(Object.entries(own).filter(([size]) => plan.sizesAt?.(1)[size] === undefined)),
    ...(axis !== 'threads' && { threads: options.threads }),
    points,
    exponents: exponentsOf(points),
    theory: plan.theory,
    leftOut,
    load: { before: loadBefore, after: loadAverage() },
    when: new Date().toISOString(),
    machine: describeMachine(),
    quick: options.quick,
  };
}

/** A scaling as a table for people. */
export function renderScaling({ workload, mode, unit, x, points, exponents, theory, leftOut }: Scaling): string {
  const rows = points.map((point) => [
    point.x.toLocaleString('en-US'),
    point.milliseconds.median.toPrecision(3),
    point.expectedMilliseconds.toPrecision(3),
    point.peakMegabytes === undefined ? '-' : String(Math.round(point.peakMegabytes)),
    '',
  ]);
  const memory = exponents.memory === undefined ? '' : `, of peak memory ${exponents.memory.toFixed(2)}`;
  const lines = [
    `${workload} ${mode}: milliseconds a ${unit} by ${x}`,
    ...alignColumns([[x, 'median', 'expected', 'peak MB', ''], ...rows]),
    `exponent ${exponents.measured.toFixed(2)}, expected ${exponents.expected.toFixed(2)} (${theory})${memory}`,
    ...leftOut.map((left) => `left out: ${left}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the theory gives, through the middle (on a logarithmic scale) of what was measured. */
export function expectedTimes(times: readonly number[], work: readonly number[]): number[] {
  const logs = times.map((time, i) => Math.log(time / work[i]));
  const factor = Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
  return work.map((each) => factor * each);
}

/** Why a size cannot be measured here. */
function obstacleOf(axis: ScalingAxis, { bytesAt }: AxisPlan, x: number, sizes: Sizes): string | undefined {
  if (axis === 'threads') {
    const processors = pinnedProcessors(x);
    return processors === undefined ? 'fewer processors here' : undefined;
  }
  const needed = bytesAt?.(x, sizes) ?? 0;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  return needed > freemem() / 2 ? `needs ${gigabytes(needed)} GB, ${gigabytes(freemem())} GB are free` : undefined;
}

async function timeAt(
  axis: ScalingAxis,
  { workload }: AxisPlan,
  x: number,
  sizes: Sizes,
  { quick, threads, onProgress }: ScalingOptions,
): Promise<MeasuredSide> {
  const step = workload.unit === 'step' && !quick;
  const measurement = await measure(workload, {
    sizes,
    mode: workload.modes[0],
    variant: (quick ? workload.quickVariant : undefined) ?? workload.variants[0],
    peer: 'none',
    threads: axis === 'threads' ? x : threads,
    runs: quick ? 2 : 3,
    samplesPerRun: step ? 10 : 1,
    warmUp: step ? 10 : 1, // every batch once: buckets of lengths and rows seen for the first time
    onProgress: (message) => {
      onProgress(`${x.toLocaleString('en-US')}: ${message}`);
    },
  });
  const [side] = measuredSides(measurement);
  if (side !== undefined) return side;
  const [skipped] = measurement.sides;
  throw new BackendError(
    expected(
      'bench scaling',
      `our side of ${workload.name} to run`,
      'skipped' in skipped ? skipped.skipped : 'nothing',
    ),
  );
}

function pointsOf({ work }: AxisPlan, measured: readonly Measured[]): ScalingPoint[] {
  const times = measured.map(({ side }) => side.milliseconds.median);
  const theory = expectedTimes(times, measured.map(({ x, sizes }) => work(x, sizes))); // prettier-ignore
  return measured.map(({ x, side: { milliseconds, cpuMilliseconds, peakMegabytes } }, i) => ({
    x,
    milliseconds,
    expectedMilliseconds: theory[i],
    ...(cpuMilliseconds !== undefined && { cpuMilliseconds }),
    ...(peakMegabytes !== undefined && { peakMegabytes }),
  }));
}

function exponentsOf(points: readonly ScalingPoint[]): Scaling['exponents'] {
  const exponent = (y: (point: ScalingPoint) => number): number =>
    fitPowerLaw(points.map((point) => [point.x, y(point)] as const)).exponent;
  const memory = points.every(({ peakMegabytes = 0 }) => peakMegabytes > 0);
  return {
    measured: exponent(({ milliseconds }) => milliseconds.median),
    expected: exponent(({ expectedMilliseconds }) => expectedMilliseconds),
    ...(memory && { memory: exponent(({ peakMegabytes = NaN }) => peakMegabytes) }),
  };
}
