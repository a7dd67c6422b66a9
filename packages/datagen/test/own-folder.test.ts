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
