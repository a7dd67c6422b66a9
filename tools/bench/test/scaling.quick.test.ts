import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { axisPlans } from '../src/scaling/axes';
import type { Scaling } from '../src/scaling/scaling';

const root = fileURLToPath(new URL('../../../', import.meta.url));

// The other axes differ from these by numbers only.
it('bench scaling --quick measures sizes, each in a process of its own', async () => {
  const args = ['--conditions=@ctrflow/source', '--import=tsx', 'tools/bench/src/cli.ts', 'scaling', '--quick', '--json', '--threads', '1', '--of', 'batch,rows']; // prettier-ignore
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const lines = stdout.trim().split('\n').map((line) => JSON.parse(line) as Scaling); // prettier-ignore
  expect(lines.map(({ of }) => of)).toEqual(['batch', 'rows']);
  for (const { points, exponents, sizes, of } of lines) {
    expect(points.map(({ x }) => x)).toEqual(axisPlans[of].quickValues);
    for (const { milliseconds, expectedMilliseconds } of points) {
      expect(milliseconds.median).toBeGreaterThan(0);
      expect(expectedMilliseconds).toBeGreaterThan(0);
    }
    expect(exponents.measured).toSatisfy(Number.isFinite);
    expect(exponents.expected).toBeCloseTo(1, 9);
    expect(sizes).not.toHaveProperty(of === 'batch' ? 'batchSize' : 'rows');
  }
});
