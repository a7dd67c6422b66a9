import { measuredSides } from '../measurement';
import type { Measurement } from '../measurement';
import { titleOf } from './speed';

/** How far a side is from what the machine allows. */
export interface RooflineDistance {
  readonly workload: string;
  readonly side: string;
  readonly ours: boolean;
  readonly milliseconds: number;
  /** What the machine's best matrix product, or its memory, would need for the sample. */
  readonly leastMilliseconds: number;
  /** Which of the two takes longer. */
  readonly boundBy: 'sgemm' | 'memory';
  /** `leastMilliseconds / milliseconds`, 0 to 1. */
  readonly share: number;
}

/** Our side and each peer's sides, of workloads whose operations or bytes are known. */
export function rooflineDistances(measurements: readonly Measurement[]): RooflineDistance[] {
  return measurements.flatMap((measurement) => {
    const bound = boundOf(measurement);
    if (bound === undefined) return [];
    return measuredSides(measurement).map(({ label, ours, milliseconds: { median } }) => ({
      workload: titleOf(measurement),
      side: label,
      ours,
      milliseconds: median,
      ...bound,
      share: bound.leastMilliseconds / median,
    }));
  });
}

function boundOf(measurement: Measurement): Pick<RooflineDistance, 'leastMilliseconds' | 'boundBy'> | undefined {
  const { roofline, gigaflopPerSample = 0, gigabytesPerSample = 0 } = measurement;
  if (roofline === undefined) return undefined;
  const products = (1000 * gigaflopPerSample) / (roofline.gigaflopsPerSecond ?? Infinity);
  const memory = (1000 * gigabytesPerSample) / roofline.gigabytesPerSecond;
  if (products === 0 && memory === 0) return undefined;
  return products >= memory
    ? { leastMilliseconds: products, boundBy: 'sgemm' }
    : { leastMilliseconds: memory, boundBy: 'memory' };
}
