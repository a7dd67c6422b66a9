import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { peerPython } from '../../src/machine';
import type { ModelParity } from '../../src/parity/table';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const cli = ['--conditions=@ctrflow/source', '--import=tsx', 'tools/bench/src/parity/cli.ts'];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'parity-'));
  const line = (i: number): string => `i${i % 7},${(i % 17) / 4},i${(i * 3) % 7}^i${(i * 5) % 7},${(i * 7919) % 11 < (i % 7 < 3 ? 7 : 3) ? 1 : 0}`; // prettier-ignore
  const lines = Array.from({ length: 900 }, (_, i) => line(i));
  writeFileSync(join(folder, 'a.csv'), ['item,unit.price,seen,click', ...lines].join('\n'));
  const fields = [
    { name: 'item', kind: 'categorical' },
    { name: 'unit.price', kind: 'numeric' },
    { name: 'seen', kind: 'sequence', shareTable: 'item', maxLength: 3 },
  ];
  const schemas = { flat: fields.slice(0, 2), history: fields };
  for (const [name, of] of Object.entries(schemas))
    writeFileSync(join(folder, `${name}.json`), JSON.stringify({ fields: of, label: { column: 'click' } }));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

if (peerPython() === undefined) console.warn('no peers: the environment .venv is absent, run tools/bench/setup');

// A wrong layer on one side, or a feature that gets lost, gives another number of parameters.
describe.skipIf(peerPython() === undefined)('both sides', () => {
  it.each([
    ['flat', 'lr,fm,dnn,deepfm,masknet'],
    ['history', 'dnn,masknet,din'],
  ])('build the same models of a schema that is %s', async (schema, models) => {
    const data = ['--train', join(folder, 'a.csv'), '--schema', join(folder, `${schema}.json`)];
    const small = [
      '--embedding-dim',
      '4',
      '--hidden-units',
      '8',
      '--batch-size',
      '128',
      '--epochs',
      '2',
      '--batch-norm',
    ];
    const args = [...cli, ...data, ...small, '--models', models, '--seeds', '2', '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    const { results, skipped } = JSON.parse(stdout) as { results: readonly ModelParity[]; skipped?: string };
    expect(skipped).toBeUndefined();
    expect(results.map(({ model }) => model).join()).toBe(models);
    for (const { model, ours, fuxictr, lowerBound } of results) {
      expect({ [model]: fuxictr?.parameters }).toEqual({ [model]: ours.parameters });
      expect(fuxictr?.auc.values).toHaveLength(2);
      expect(lowerBound).toBeTypeOf('number');
    }
  });

  // Without the weights, or in another order, the losses are 1e-3 apart. The best epoch counts: labels depend on items, so that epochs differ by more than roundings.
  // MaskNet, whose layers normalize, makes 5e-3 of its roundings in these 18 steps.
  it.each([
    ['flat', 'lr,fm,dnn,deepfm'],
    ['history', 'dnn,din'],
  ])('end at the same loss where they begin with the same weights and order, schema %s', async (schema, models) => {
    const data = ['--train', join(folder, 'a.csv'), '--schema', join(folder, `${schema}.json`), '--embedding-std-dev', '0.1']; // prettier-ignore
    const args = [...cli, ...data, '--batch-size', '128', '--epochs', '3', '--learning-rate', '0.01', '--constant-rate', '--paired', '--models', models, '--seeds', '2', '--json']; // prettier-ignore
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    const { results } = JSON.parse(stdout) as { results: readonly ModelParity[] };
    for (const { model, ours, fuxictr, pairedBound } of results) {
      expect(Math.abs(ours.logLoss.mean - fuxictr!.logLoss.mean), model).toBeLessThan(2e-5);
      expect(pairedBound).toBeTypeOf('number');
    }
  });

  it.each([
    ['flat', 'lr,fm,dnn,deepfm,masknet'],
    ['history', 'dnn,masknet,din'],
  ])('take the same steps from the same weights, with a schema that is %s', async (schema, models) => {
    const data = ['--train', join(folder, 'a.csv'), '--schema', join(folder, `${schema}.json`), '--embedding-std-dev', '0.1']; // prettier-ignore
    const args = [...cli, ...data, '--batch-norm', '--l2-embedding', '0.01', '--l2-net', '0.001', '--clip-norm', '0.05', '--models', models, '--lockstep', '5']; // prettier-ignore
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root }); // fails where they do not
    expect(stdout.match(/ in step/g)).toHaveLength(models.split(',').length);
  });
});
