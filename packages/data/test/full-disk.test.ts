/** A device that is full: the error says which place and what to do, what stood there stays, and nothing half-written is left. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasSmallDevices, onSmallDevice } from '@ctrflow/testkit';
import { afterAll, describe, expect, test } from 'vitest';

const device = mkdtempSync(join(tmpdir(), 'ctrflow-full-'));
afterAll(() => {
  rmSync(device, { recursive: true });
});

/** A script that may call `attempt` and ends with `print(...)`. */
const script = (body: string): string => `
  import { readdirSync, writeFileSync } from 'node:fs';
  const device = ${JSON.stringify(device)};
  const { openDataset, openEncoded } = await import(${JSON.stringify(join(import.meta.dirname, '../src/node.ts'))});
  const attempt = async (action) => {
    try { await action(); return 'done'; } catch (error) { return error.name + ': ' + error.message; }
  };
  const print = (value) => console.log(JSON.stringify(value));
  ${body}`;

describe.skipIf(!hasSmallDevices())('where user namespaces let a test have a small device', () => {
  // Planted bugs that this fails for: writing into the folder itself, a temporary folder that stays after a failure.
  test('a full encoded folder: the one before stays whole', { timeout: 60_000 }, () => {
    const { first, second, names, numRows } = onSmallDevice(
      device,
      1,
      script(`
        const csv = (n) => { const path = device + '-' + n + '.csv'; writeFileSync(path, 'user,click\\n' + Array.from({ length: n }, (_, i) => 'u' + (i % 7) + ',' + (i % 2)).join('\\n') + '\\n'); return path; };
        const options = { label: 'click', split: { by: 'none' }, encodedFolder: device + '/enc' };
        const first = await attempt(() => openDataset(csv(100), options));
        const second = await attempt(() => openDataset(csv(150000), options));
        const { summary } = await openEncoded(device + '/enc', { verify: true });
        print({ first, second, names: readdirSync(device), numRows: summary.numRows.read });`),
    ) as Record<string, unknown>;
    for (const size of [100, 150_000]) rmSync(`${device}-${size}.csv`);
    expect({ first, names, numRows }).toEqual({ first: 'done', names: ['enc'], numRows: 100 });
    expect(second).toMatch(/^DataError: openDataset: expected a place that can be written, got a device that is full \(ENOSPC\); make room, or name another place \(file .*enc\)$/); // prettier-ignore
  });

  // Planted bugs that this fails for: DuckDB's own words as a file that cannot be read, its files left behind.
  test('a full folder for temporary files', { timeout: 60_000 }, () => {
    const { spilled, limited, names } = onSmallDevice(
      device,
      1,
      script(`
        const csv = device + '.csv';
        writeFileSync(csv, 'user,click\\n' + Array.from({ length: 40000 }, (_, i) => ((i * 2654435761) % 4294967296).toString(36).repeat(300) + i + ',' + (i % 2)).join('\\n') + '\\n');
        process.env.TMPDIR = device;
        const schema = { fields: [{ name: 'user', kind: 'hashed', numBuckets: 10 }], label: { column: 'click' } };
        const open = (memoryLimit) => attempt(() => openDataset(csv, { schema, split: { by: 'none' }, memoryLimit, threads: 1 }));
        print({ spilled: await open('64MB'), limited: await open('1MB'), names: readdirSync(device) });`),
    ) as Record<string, unknown>;
    rmSync(`${device}.csv`);
    expect(spilled).toMatch(/^DataError: database: expected room for temporary files, got "none left in .*"; make room there, set TMPDIR to a folder with more of it, or raise memoryLimit \(/); // prettier-ignore
    expect(limited).toMatch(/^DataError: database: expected a memory limit that suffices, got ".*"; raise memoryLimit, or lower threads/); // prettier-ignore
    expect(names).toEqual([]);
  });
});
