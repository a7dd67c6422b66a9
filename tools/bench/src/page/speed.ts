import { measuredSides, peerOf, speedUps } from '../measurement';
import type { Measurement, SpeedUp } from '../measurement';
import { commandFor, isOf, requiredFigures, settingsOf } from '../required';
import type { RequiredFigure } from '../required';
import { findWorkload } from '../workloads/catalog';

/** A required figure beside what was measured. */
export interface Requirement {
  readonly figure: string;
  readonly command: string;
  /** `1.5 x torch` or `at most 1.5 x V = 1M`. */
  readonly required: string;
  readonly ours?: number;
  readonly other?: number;
  /** Times as fast as the peer, or times our own time. */
  readonly ratio?: number;
  readonly reached: 'yes' | 'no' | 'not measured';
  readonly commit?: string;
}

/** All required figures. */
export function requirements(measurements: readonly Measurement[]): Requirement[] {
  return requiredFigures.map((figure) => {
    const measured = measurements.filter((candidate) => isOf(candidate, figure));
    const measurement = measured.findLast((candidate) => speedUpOver(figure.peer?.name, candidate)) ?? measured.at(-1);
    const judged = figure.own === undefined ? besidePeer(figure, measurement) : besideOwn(figure, measurement, measurements); // prettier-ignore
    return {
      figure: figure.figure,
      command: commandFor(figure),
      ...judged,
      ...(measurement && { commit: commitOf(measurement) }),
    };
  });
}

function speedUpOver(name: string | undefined, measurement: Measurement): SpeedUp | undefined {
  return speedUps(measurement).find(({ peer }) => peerOf(peer.label) === name);
}

type Judged = Pick<Requirement, 'required' | 'ours' | 'other' | 'ratio' | 'reached'>;

function besidePeer({ peer }: RequiredFigure, measurement: Measurement | undefined): Judged {
  const { name, ratio: least } = peer ?? { name: 'a peer', ratio: 1 };
  const required = `${least} x ${name}`;
  const found = measurement && speedUpOver(name, measurement);
  if (found === undefined) return { required, reached: 'not measured' };
  const [ours, other] = [found.ours.milliseconds.median, found.peer.milliseconds.median];
  return { required, ours, other, ratio: found.factor, reached: found.factor >= least ? 'yes' : 'no' };
}

function besideOwn(
  { own, workload, mode }: RequiredFigure,
  measurement: Measurement | undefined,
  measurements: readonly Measurement[],
): Judged {
  const { sizes = {}, factor = NaN } = own ?? {};
  const settings = Object.entries(sizes).map(([name, value]) => `${name} ${value.toLocaleString('en-US')}`);
  const required = `at most ${factor} x our own at ${settings.join(', ')}`;
  const smaller = measurements.findLast((candidate) => isOf(candidate, { workload, ...(mode && { mode }), sizes }));
  const [ours, other] = [measurement, smaller].map((one) => one && measuredSides(one).find((side) => side.ours)?.milliseconds.median); // prettier-ignore
  if (ours === undefined || other === undefined) return { required, reached: 'not measured' };
  return { required, ours, other, ratio: ours / other, reached: ours / other <= factor ? 'yes' : 'no' };
}

/** One side of one workload beside ours. */
export interface Comparison {
  /** `deepfm, vocab 10,000,000`. */
  readonly workload: string;
  readonly command: string;
  readonly unit: Measurement['unit'];
  readonly threads: number;
  readonly side: string;
  readonly ours: boolean;
  readonly milliseconds?: number;
  readonly cpuMilliseconds?: number;
  readonly peakMegabytes?: number;
  readonly rowsPerSecond?: number;
  /** How many times as fast as this side we are; absent for our own. */
  readonly factor?: number;
  readonly skipped?: string;
  /** Another than ours was at work while it was measured. */
  readonly disturbed: boolean;
  readonly commit: string;
}

/** Every side of every measurement. */
export function comparisons(measurements: readonly Measurement[]): Comparison[] {
  return measurements
    .filter(({ unit }) => unit !== 'limit')
    .flatMap((measurement) => {
      const ours = measuredSides(measurement).find((side) => side.ours)?.milliseconds.median;
      const { unit, threads, rowsPerSample } = measurement;
      const disturbed = measurement.load.after > 1.5 * threads;
      const common = { workload: titleOf(measurement), command: commandOf(measurement), unit, threads, disturbed, commit: commitOf(measurement) }; // prettier-ignore
      return measurement.sides.map((side): Comparison => {
        if ('skipped' in side) return { ...common, side: side.label, ours: side.ours, skipped: side.skipped };
        const { median } = side.milliseconds;
        return {
          ...common,
          side: side.label,
          ours: side.ours,
          milliseconds: median,
          ...(side.cpuMilliseconds !== undefined && { cpuMilliseconds: side.cpuMilliseconds }),
          ...(side.peakMegabytes !== undefined && { peakMegabytes: side.peakMegabytes }),
          rowsPerSecond: rowsPerSample / (median / 1000),
          ...(!side.ours && ours !== undefined && { factor: median / ours }),
        };
      });
    });
}

/** Where a peer's fastest side is faster than we are, the worst first. */
export interface Behind {
  readonly workload: string;
  readonly side: string;
  /** How many times as fast as we are. */
  readonly factor: number;
}

export function whereBehind(measurements: readonly Measurement[]): Behind[] {
  return measurements
    .flatMap((measurement) =>
      speedUps(measurement).map(({ peer, factor }) => ({
        workload: titleOf(measurement),
        side: peer.label,
        factor: 1 / factor,
      })),
    ) // prettier-ignore
    .filter(({ factor }) => factor > 1)
    .sort((a, b) => b.factor - a.factor);
}

/** `deepfm dense, vocab 10,000,000`: a workload and what of its settings is not the default. */
export function titleOf(measurement: Measurement): string {
  const { mode, sizes } = settingsOf(measurement, findWorkload(measurement.workload));
  const named = [measurement.workload, ...(mode === undefined ? [] : [mode])].join(' ');
  return [named, ...Object.entries(sizes ?? {}).map(([name, value]) => `${name} ${value.toLocaleString('en-US')}`)].join(', '); // prettier-ignore
}

export function commitOf({ machine }: Pick<Measurement, 'machine'>): string {
  return machine.changed ? `${machine.commit} with changes` : machine.commit;
}

function commandOf(measurement: Measurement): string {
  return commandFor(settingsOf(measurement, findWorkload(measurement.workload)));
}
