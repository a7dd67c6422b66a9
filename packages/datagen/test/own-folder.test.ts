import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeMock, writeShop } from '../src/node';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-own-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

// Planted bug that this fails for: tables written over whatever is called so.
test.each(['users.csv', 'Interactions.csv', 'schema.json', 'truth.json'])('%s of the user stays', async (name) => {
  const folder = mkdtempSync(join(root, 'case-'));
  writeFileSync(join(folder, name), '{"mine":true}');
  const message = new RegExp(`datagen: expected a folder without files of .*; its ${name} is not generated, and nothing was changed`); // prettier-ignore
  await expect(writeMock(folder, { rows: 10 })).rejects.toThrow(message);
  await expect(writeShop(folder, { rows: 10 })).rejects.toThrow(message);
  expect(readdirSync(folder)).toEqual([name]);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('{"mine":true}');
});

test('what was generated is generated again, and other files stay', async () => {
  const folder = mkdtempSync(join(root, 'case-'));
  writeFileSync(join(folder, 'notes.md'), 'x');
  await writeMock(folder, { rows: 10 });
  await writeMock(folder, { rows: 20 });
  expect(readFileSync(join(folder, 'interactions.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(21);
  expect(readdirSync(folder)).toContain('notes.md');
});

// Planted bug that this fails for: a scratch folder whose name does not say whose it is.
test('what a killed process left of its Parquet files goes with the next one', async () => {
  const folder = mkdtempSync(join(root, 'case-'));
  const script = `
    const { writeMock } = await import(${JSON.stringify(join(import.meta.dirname, '../src/node.ts'))});
    await writeMock(${JSON.stringify(folder)}, { rows: 50_000, format: 'parquet', onProgress: () => process.kill(process.pid, 'SIGKILL') });`;
  const { signal } = spawnSync(process.execPath, ['--conditions=@ctrflow/source', '--import=tsx', '--input-type=module', '-e', script]); // prettier-ignore
  expect(signal).toBe('SIGKILL');
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.parquet\./)]);
  await writeMock(folder, { rows: 10, format: 'parquet' });
  const names = readdirSync(folder);
  expect(names).toContain('interactions.parquet');
  expect(names.filter((name) => name.startsWith('.'))).toEqual([]);
});
