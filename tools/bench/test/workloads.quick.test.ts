import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { passes } from '@ctrflow/compiler';
import type { Measurement } from '../src/measurement';
import { gainsOf } from '../src/passes/pass-gains';
import type { PassGains } from '../src/passes/pass-gains';
import { workloads } from '../src/workloads/catalog';

const root = fileURLToPath(new URL('../../../', import.meta.url));

// A workload that no longer fits the packages, or the protocol of the sides, fails here. The peers have a longer test of their own.
describe('bench --workload all --quick', () => {
  const measured = new Map<string, Measurement>();

  beforeAll(async () => {
    const cli = ['--conditions=@ctrflow/source', '--import=tsx', 'tools/bench/src/cli.ts'];
    const args = ['--workload', 'all', '--quick', '--peer', 'none', '--threads', '1', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, [...cli, ...args], { cwd: root });
    for (const line of stdout.trim().split('\n')) {
      const measurement = JSON.parse(line) as Measurement;
      measured.set(measurement.workload, measurement);
    }
  });

  it.each(workloads.map(({ name }) => name))('times our side of %s', (name) => {
    const ours = measured.get(name)?.sides[0];
    expect(ours).toMatchObject({ ours: true, milliseconds: { count: 2 } });
    const results = ours !== undefined && 'results' in ours ? Object.values(ours.results) : [];
    expect(results.length).toBeGreaterThan(0);
    for (const value of results) expect(value).toSatisfy(Number.isFinite);
  });
});

describe('bench passes --quick', () => {
  it('times every pass of a workload and counts nodes', async () => {
    const cli = ['--conditions=@ctrflow/source', '--import=tsx', 'tools/bench/src/cli.ts'];
    const args = ['passes', '--workload', 'deepfm', '--quick', '--threads', '1', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, [...cli, ...args], { cwd: root });
    const { nodes, gains } = gainsOf(JSON.parse(stdout) as PassGains);
    expect(gains.map(({ pass }) => pass)).toEqual(['all', ...Object.keys(passes)]);
    for (const gain of gains) expect(gain.factor, gain.pass).toBeGreaterThan(0);
    const of = (name: string): number => gains.find(({ pass }) => pass === name)!.nodes;
    expect(of('all')).toBeGreaterThan(of('gemm'));
    expect(of('gemm')).toBeGreaterThan(nodes);
  });
});
