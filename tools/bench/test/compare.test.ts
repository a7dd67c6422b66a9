import { describe, expect, it } from 'vitest';
import { compareResults, renderChanges } from '../src/compare';
import { speedUps } from '../src/measurement';
import type { Measurement, SideResult } from '../src/measurement';
import { renderMeasurement } from '../src/table';

const side = (label: string, ours: boolean, median: number, deviation = median / 100): SideResult => ({
  label,
  ours,
  info: { engine: 'x' },
  setupSeconds: 1,
  milliseconds: { count: 40, min: median * 0.9, median, deviation },
  cpuMilliseconds: 2 * median,
  peakMegabytes: 100,
  results: { loss: 0.5 },
});

const measurement = (sides: readonly SideResult[], vocab = 100): Measurement => ({
  workload: 'deepfm',
  unit: 'step',
  mode: 'lazy',
  sizes: { vocab },
  rowsPerSample: 4096,
  threads: 2,
  processors: [0, 1],
  load: { before: 0, after: 0 },
  when: '2026-01-01T00:00:00Z',
  machine: {
    cpu: 'x',
    cores: 2,
    memoryGigabytes: 8,
    platform: 'linux-x64',
    node: 'v20',
    commit: 'abc',
    changed: false,
  },
  sides,
});

describe('compareResults', () => {
  const verdicts = (before: Measurement, after: Measurement): string[] =>
    compareResults([before], [after]).map(({ verdict }) => verdict);

  it('marks what got slower or faster than the noise', () => {
    const before = measurement([side('ctrflow/compiled', true, 50)]);
    expect(verdicts(before, measurement([side('ctrflow/compiled', true, 60)]))).toEqual(['slower']);
    expect(verdicts(before, measurement([side('ctrflow/compiled', true, 40)]))).toEqual(['faster']);
    expect(verdicts(before, measurement([side('ctrflow/compiled', true, 51)]))).toEqual(['same']);
  });

  it('takes a wide spread for noise', () => {
    // 60 / 50 = 1.2 with a standard error of 1.2533 * 1.4826 * 0.5 / sqrt(40) = 0.147 on each side.
    const [before, after] = [50, 60].map((time) => measurement([side('ctrflow/compiled', true, time, time / 2)]));
    expect(verdicts(before, after)).toEqual(['same']);
  });

  it('forgives a slower machine by the same peer, and only by the same one', () => {
    const before = measurement([side('ctrflow/compiled', true, 50), side('torch/eager', false, 100)]);
    const slowHour = measurement([side('ctrflow/compiled', true, 60), side('torch/eager', false, 120)]);
    const otherPeer = measurement([side('ctrflow/compiled', true, 60), side('torch/compile', false, 120)]);
    expect(verdicts(before, slowHour)).toEqual(['same']); // planted: drift turned upside down
    expect(verdicts(before, otherPeer)).toEqual(['slower']);
  });

  it('compares equal sizes only, and the last of several measurements', () => {
    const small = measurement([side('ctrflow/compiled', true, 50)], 100);
    const large = measurement([side('ctrflow/compiled', true, 90)], 1000);
    expect(compareResults([small], [large])).toEqual([]);
    const [change] = compareResults([large, small, measurement([side('ctrflow/compiled', true, 70)])], [small]);
    expect(change.before).toBe(70);
    expect(renderChanges([change])).toContain('faster');
  });

  it('has nothing to say about a side that was skipped', () => {
    const skipped = measurement([{ label: 'ctrflow/compiled', ours: true, skipped: 'no engine' }]);
    expect(compareResults([skipped], [measurement([side('ctrflow/compiled', true, 1)])])).toEqual([]);
  });
});

describe('speedUps', () => {
  it("compares with each peer's fastest side", () => {
    const sides = [side('ctrflow/compiled', true, 50), side('torch/eager', false, 100), side('torch/compile', false, 90), side('tfjs-node', false, 200)]; // prettier-ignore
    const found = speedUps(measurement(sides)).map(({ peer, factor }) => [peer.label, factor]);
    expect(found).toEqual([['torch/compile', 1.8], ['tfjs-node', 4]]); // prettier-ignore
  });

  it('shows reasons for what was skipped', () => {
    const sides: SideResult[] = [side('ctrflow/compiled', true, 50), { label: 'torch/eager', ours: false, skipped: 'no .venv' }]; // prettier-ignore
    const table = renderMeasurement({ ...measurement(sides), gigaflopPerSample: 14, roofline: { gigaflopsPerSecond: 560, gigabytesPerSecond: 20 } }); // prettier-ignore
    expect(table).toContain('skipped: no .venv');
    expect(table).not.toContain('times as fast');
    expect(table).toContain('ctrflow/compiled reaches 50 % of it'); // 14 GFLOP in 50 ms are 280 of 560 GFLOP/s
  });
});
