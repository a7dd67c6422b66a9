import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Measurement, SideResult } from '../../src/measurement';
import type { LockstepLine, ParityLine } from '../../src/parity/lines';
import { defaultSettings } from '../../src/parity/settings';
import { newestResults } from '../../src/page/newest';
import { rooflineDistances } from '../../src/page/limits';
import { comparisons, requirements, whereBehind } from '../../src/page/speed';
import { writePage } from '../../src/page/write-page';
import { record } from '../../src/record';
import { commandFor, requiredFigures } from '../../src/required';
import type { Scaling } from '../../src/scaling/scaling';
import { parseArguments } from '../../src/arguments';
import { findWorkload } from '../../src/workloads/catalog';

const machine = { cpu: 'x', cores: 2, memoryGigabytes: 8, platform: 'linux-x64', node: 'v20', commit: 'aaaa1111', changed: false }; // prettier-ignore

function side(label: string, median: number): SideResult {
  return { label, ours: label.startsWith('ctrflow'), info: { torch: '2.1.0' }, setupSeconds: 1, milliseconds: { count: 9, min: median, median, deviation: 1 }, results: {} }; // prettier-ignore
}

function measurement(name: string, sides: readonly SideResult[], more: Partial<Measurement> = {}): Measurement {
  const { unit, modes, sizes } = findWorkload(name);
  return {
    workload: name,
    unit,
    mode: modes[0],
    rowsPerSample: 10,
    threads: 2,
    processors: [0, 1],
    load: { before: 0, after: 0 },
    when: '2026-01-01T00:00:00Z',
    machine,
    sides,
    ...more,
    sizes: { ...sizes, ...more.sizes },
  };
}

const scaling: Scaling = {
  kind: 'scaling', of: 'batch', workload: 'deepfm', mode: 'lazy', label: 'ctrflow/compiled', unit: 'step', x: 'rows of a batch', sizes: {}, threads: 2,
  points: [[256, 8], [1024, 32]].map(([x, median]) => ({ x, milliseconds: { count: 3, min: median, median, deviation: 0 }, expectedMilliseconds: median })),
  exponents: { measured: 1, expected: 1 }, theory: 'rows', leftOut: [], load: { before: 0, after: 0 }, when: '2026-01-01T00:00:00Z', machine, quick: false,
}; // prettier-ignore

function counted(label: string, median: number, nodes: number): SideResult {
  return { ...side(label, median), results: { nodes } };
}

const compared = { name: 'Adult', command: 'npm run -s parity -- --train a.csv', request: { data: { train: 'a.csv' }, models: ['fm'], seeds: 5, threads: 1, settings: defaultSettings } } as const; // prettier-ignore

function training(when: string, ...models: readonly string[]): ParityLine {
  const auc = (mean: number) => ({ mean, stdDev: 0.0004, values: [mean] });
  const of = (mean: number) => ({ auc: auc(mean), logLoss: auc(0.3), secondsPerEpoch: 1, epochs: 4, parameters: 9 });
  const results = models.map((model) => ({ model, ours: of(0.902), fuxictr: of(0.901), difference: 0.001, lowerBound: 0.0002, withinMargin: true })); // prettier-ignore
  return { kind: 'parity', ...compared, when, machine: { ...machine, cpu: 'another' }, rows: { train: 8, valid: 1, test: 1 }, features: 3, results }; // prettier-ignore
}

const steps: LockstepLine = { kind: 'lockstep', ...compared, when: '2026-01-01T00:00:00Z', machine, rows: 8, steps: 2, runs: [{ model: 'fm', parameters: 9, ours: [0.7, 0.6], fuxictr: [0.7, 0.61], single: [0.7, 0.61] }] }; // prettier-ignore

describe('newestResults', () => {
  it('takes the newest comparison of each model on each data, of any machine, which does not decide whose times are shown', () => {
    const [old, newer] = [training('2026-01-01T00:00:00Z', 'fm', 'lr'), training('2026-01-03T00:00:00Z', 'fm')];
    const timed = measurement('mlp', [side('ctrflow/compiled', 50)]);
    const { parity, measurements, elsewhere } = newestResults([newer, old, timed, steps]);
    expect(parity.trainings.map(({ line, result }) => [line.when.slice(0, 10), result.model])).toEqual([['2026-01-03', 'fm'], ['2026-01-01', 'lr']]); // prettier-ignore
    expect(parity.lockstep).toHaveLength(1);
    expect({ measurements, elsewhere }).toEqual({ measurements: [timed], elsewhere: 0 });
  });

  it('takes the newest of each setting, with a peer where there is one, from one machine', () => {
    const old = measurement('mlp', [side('ctrflow/compiled', 50), side('torch/eager', 100)]);
    const alone = measurement('mlp', [side('ctrflow/compiled', 40)], { when: '2026-01-02T00:00:00Z' });
    const elsewhere = measurement('auc', [side('ctrflow/metrics', 1)], { machine: { ...machine, cpu: 'y' } });
    const found = newestResults([alone, old, elsewhere]);
    expect(found.measurements).toEqual([old]);
    expect(found.elsewhere).toBe(1);
    const newer = measurement('mlp', [side('ctrflow/compiled', 30), side('torch/eager', 90)], { when: '2026-01-03T00:00:00Z' }); // prettier-ignore
    expect(newestResults([newer, alone, old]).measurements).toEqual([newer]);
  });

  it('takes each peer from the newest line that measured it', () => {
    const both = measurement('mlp', [side('ctrflow/compiled', 50), side('torch/eager', 100), side('tfjs-node', 300)]);
    const one = measurement('mlp', [side('ctrflow/compiled', 40), side('torch/eager', 90), { label: 'tfjs-node', ours: false, skipped: 'not built' }], { when: '2026-01-03T00:00:00Z' }); // prettier-ignore
    const found = newestResults([one, both]).measurements;
    expect(comparisons(found).map(({ side: label, factor }) => [label, factor])).toEqual([
      ['ctrflow/compiled', undefined],
      ['torch/eager', 2.25],
      ['ctrflow/compiled', undefined],
      ['tfjs-node', 6],
    ]);
    expect(requirements(found).find(({ figure }) => figure.startsWith('MLP'))).toMatchObject({ ours: 40, other: 90 });
  });

  it('leaves out quick results unless they are asked for', () => {
    const quick = measurement('mlp', [side('ctrflow/eager', 1)], { quick: true });
    expect(newestResults([quick]).measurements).toEqual([]);
    expect(newestResults([quick], true).measurements).toEqual([quick]);
  });
});

describe('requirements', () => {
  const of = (figure: string, ...measurements: readonly Measurement[]) =>
    requirements(measurements).find((one) => one.figure.startsWith(figure));

  it("judges by the peer's fastest side", () => {
    const sides = [side('ctrflow/compiled', 50), side('torch/eager', 200), side('torch/compile', 79)];
    expect(of('MLP', measurement('mlp', sides))).toMatchObject({ ours: 50, other: 79, ratio: 1.58, reached: 'no' });
    expect(of('MLP', measurement('mlp', [...sides.slice(0, 2), side('torch/compile', 81)]))).toMatchObject({ reached: 'yes' }); // prettier-ignore
  });

  it('judges our own time by that at the smaller size', () => {
    const small = measurement('embedding', [side('ctrflow/threads', 10)]);
    const large = (median: number): Measurement => measurement('embedding', [side('ctrflow/threads', median)], { sizes: { vocab: 10_000_000 } }); // prettier-ignore
    expect(of('Tables of a step, V = 10M', small, large(16))).toMatchObject({ ratio: 1.6, reached: 'yes' });
    expect(of('Tables of a step, V = 10M', small, large(18))).toMatchObject({ ratio: 1.8, reached: 'no' });
    expect(of('Tables of a step, V = 10M', large(16))).toMatchObject({ reached: 'not measured' });
  });

  it('does not take another mode, size or peer for it', () => {
    const dense = measurement('deepfm', [side('ctrflow/compiled', 1), side('torch', 9)], { mode: 'dense' });
    const other = measurement('csv-11', [side('ctrflow/arrow', 1), side('pandas', 9)]);
    expect(of('DeepFM, V = 1M, lazy', dense)).toMatchObject({ reached: 'not measured' });
    expect(of('DeepFM, V = 1M, dense', dense)).toMatchObject({ reached: 'yes', ratio: 9 });
    expect(of('CSV of 11', other)).toMatchObject({ reached: 'not measured' });
  });

  it.each(requiredFigures.map((figure) => [figure.figure, figure] as const))(
    'has a command, and `all` measures it: %s',
    (_, figure) => {
      // prettier-ignore
      const plansOf = (argv: readonly string[]) => {
      const request = parseArguments(argv);
      if (request.command !== 'measure') throw new Error(request.command);
      return request.plans.map(({ workload, options: { mode, sizes } }) => ({ name: workload.name, mode, sizes }));
    };
      const [wanted, ...others] = plansOf(commandFor(figure).split(' '));
      expect(others).toEqual([]);
      expect(plansOf(['--workload', 'all'])).toContainEqual(wanted);
      expect(figure.peer === undefined || figure.peer.name in findWorkload(figure.workload).peers).toBe(true);
    },
  );
});

describe('whereBehind', () => {
  it('names what is faster than we are, the worst first, and nothing else', () => {
    const measurements = [
      measurement('mlp', [side('ctrflow/compiled', 30), side('torch/eager', 20)]),
      measurement('din', [side('ctrflow/compiled', 30), side('torch/eager', 10)]),
      measurement('auc', [side('ctrflow/metrics', 30), side('sklearn', 60)]),
    ];
    expect(whereBehind(measurements)).toEqual([{ workload: 'din', side: 'torch/eager', factor: 3 }, { workload: 'mlp', side: 'torch/eager', factor: 1.5 }]); // prettier-ignore
  });
});

describe('rooflineDistances', () => {
  it('takes the tighter of both limits', () => {
    const roofline = { gigaflopsPerSecond: 100, gigabytesPerSecond: 10 };
    const products = measurement('mlp', [side('ctrflow/compiled', 100)], { gigaflopPerSample: 5, roofline });
    const memory = measurement('embedding', [side('ctrflow/threads', 10)], { gigabytesPerSample: 0.02, roofline });
    // 5 / 100 s = 50 ms of 100; 0.02 / 10 s = 2 ms of 10.
    expect(rooflineDistances([products, memory])).toMatchObject([
      { boundBy: 'sgemm', leastMilliseconds: 50, share: 0.5 },
      { boundBy: 'memory', leastMilliseconds: 2, share: 0.2 },
    ]);
  });
});

describe('writePage', () => {
  it('puts what is recorded into one page and one Markdown file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ctrflow-page-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const results = join(folder, 'results');
    const skipped: SideResult = { label: 'tfjs-node', ours: false, skipped: 'no <package>' };
    await record(measurement('mlp', [side('ctrflow/compiled', 30), side('torch/eager', 20), skipped]), results);
    await record(scaling, results);
    await record(training('2026-01-02T00:00:00Z', 'fm'), results);
    await record(steps, results);
    await record({ kind: 'passes', ...measurement('deepfm', [counted('ctrflow/compiled', 100, 50), counted('without all', 400, 90), counted('without gemm', 112, 60)]) }, results); // prettier-ignore
    await writePage({ results, out: folder, quick: false });
    const [html, markdown] = await Promise.all(['index.html', 'TABLE.md'].map((name) => readFile(join(folder, name), 'utf8'))); // prettier-ignore
    for (const text of [html, markdown]) {
      expect(text).toContain('torch/eager is 1.50 times as fast');
      expect(text).toContain('aaaa1111');
      expect(text).toContain('rows of a batch');
      expect(text).toContain('+0.00100');
      expect(text).toContain('above -0.001');
      expect(text).toContain('Adult: npm run -s parity');
      expect(text).toContain('not in step');
      expect(text).toContain('1.12 (60)');
      expect(text).toContain('100 ms (50)');
    }
    expect(html).toContain('stroke-dasharray');
    expect(html).toContain('no &lt;package&gt;');
    expect(html).toContain('torch 2.1.0');
    expect(markdown).toContain('no \\<package>');
    expect(markdown).toContain('| mlp | torch/eager | 20 |');
  });

  it('says where there is nothing to show', async () => {
    await expect(writePage({ results: '/nowhere', out: '/nowhere', quick: false })).rejects.toThrow(/expected results .*, got "\/nowhere"; measure with --record/); // prettier-ignore
  });
});

describe('comparisons', () => {
  it('marks times that others disturbed', () => {
    const busy = measurement('mlp', [side('ctrflow/compiled', 30)], { load: { before: 0, after: 9 } });
    expect(comparisons([busy])[0].disturbed).toBe(true);
  });
});
