import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { peerPython } from '../src/machine';
import { measuredSides } from '../src/measurement';
import type { Measurement } from '../src/measurement';
import { workloads } from '../src/workloads/catalog';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const python = workloads.filter(({ peers }) => Object.values(peers).flat().some(({ language }) => language === 'python')); // prettier-ignore

/** What both sides must agree on: counts exactly; what is drawn from other random numbers, not at all. */
const exact = new Set(['parameters', 'distinct', 'rows']);
const drawnApart = new Set(['embedding']);

if (peerPython() === undefined) console.warn('no peers: the environment .venv is absent, run tools/bench/setup');

describe.skipIf(peerPython() === undefined)('peers', () => {
  it.each(python.map(({ name }) => name))(
    'do the same as we do: %s',
    async (name) => {
      const args = ['--conditions=@ctrflow/source', '--import=tsx', 'tools/bench/src/cli.ts'];
      const { stdout } = await promisify(execFile)(process.execPath, [...args, '--workload', name, '--quick', '--json'], { cwd: root }); // prettier-ignore
      const measured = measuredSides(JSON.parse(stdout) as Measurement);
      const counts = measured.map(({ results, info }) => Object.entries({ ...results, ...info }).filter(([key]) => exact.has(key))); // prettier-ignore
      expect(measured.length).toBeGreaterThan(1);
      if (drawnApart.has(name)) return;
      const ours = new Map(counts[0]);
      for (const [key, value] of counts.slice(1).flat()) if (ours.has(key)) expect({ [key]: value }).toEqual({ [key]: ours.get(key) }); // prettier-ignore
    },
    300_000,
  );
});
