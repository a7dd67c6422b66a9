import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomic, writeFolderAtomic } from '../src/node';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-atomic-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a file is replaced as a whole', async () => {
  const path = join(folder, 'deep', 'model.json');
  await writeFileAtomic(path, 'old');
  await writeFileAtomic(path, async (handle) => {
    await handle.write('new ');
    expect(await readFile(path, 'utf8')).toBe('old');
    await handle.write('content');
  });
  expect(await readFile(path, 'utf8')).toBe('new content');
  expect(await readdir(join(folder, 'deep'))).toEqual(['model.json']);
});

test('a failed write leaves the old file and nothing else', async () => {
  const path = join(folder, 'model.json');
  await writeFileAtomic(path, 'old');
  const failing = writeFileAtomic(path, async (handle) => {
    await handle.write('half');
    throw new Error('device is full');
  });
  await expect(failing).rejects.toThrow('device is full');
  expect(await readFile(path, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['model.json']);
});

test('a folder is replaced as a whole, or not at all', async () => {
  const path = join(folder, 'run');
  await writeFolderAtomic(path, (into) => writeFile(join(into, 'a'), '1'));
  await writeFolderAtomic(path, (into) => writeFile(join(into, 'b'), '2'));
  expect(await readdir(path)).toEqual(['b']);
  const failing = writeFolderAtomic(path, async (into) => {
    await writeFile(join(into, 'c'), '3');
    throw new Error('interrupted');
  });
  await expect(failing).rejects.toThrow('interrupted');
  expect(await readdir(path)).toEqual(['b']);
  expect(await readdir(folder)).toEqual(['run']);
});
