import { measure } from './harness';
import type { BenchOptions } from './harness';
import { measuredSides } from './measurement';
import type { Roofline } from './measurement';
import { roofline } from './workloads/roofline';

const known = new Map<number, Promise<Roofline>>();

/** The machine's limits with so many threads, measured once a session. */
export function rooflineOf(
  { threads }: Pick<BenchOptions, 'threads'>,
  onProgress: BenchOptions['onProgress'],
): Promise<Roofline> {
  const measured = known.get(threads) ?? measureRoofline(threads, onProgress);
  known.set(threads, measured);
  return measured;
}

async function measureRoofline(threads: number, onProgress: BenchOptions['onProgress']): Promise<Roofline> {
  const measurement = await measure(roofline, {
    sizes: roofline.sizes,
    mode: roofline.modes[0],
    variant: roofline.variants[0],
    peer: 'all',
    threads,
    runs: 4,
    samplesPerRun: 3,
    warmUp: 2,
    onProgress,
  });
  const best = (name: keyof Roofline): number =>
    Math.max(0, ...measuredSides(measurement).map(({ results }) => results[name] ?? 0));
  const gigaflopsPerSecond = best('gigaflopsPerSecond');
  return { ...(gigaflopsPerSecond > 0 && { gigaflopsPerSecond }), gigabytesPerSecond: best('gigabytesPerSecond') };
}
