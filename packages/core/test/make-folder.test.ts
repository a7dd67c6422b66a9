import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeFolder, tryFolder } from '../src/node';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ctrflow-folder-'));
});
afterEach(() => rm(root, { recursive: true }));

test('makes what is missing, and says what that was', async () => {
  await mkdir(join(root, 'a'));
  const [b, c] = [join(root, 'a', 'b'), join(root, 'a', 'b', 'c')];
  expect(await makeFolder(c)).toEqual([b, c]);
  expect(await makeFolder(c)).toEqual([]);
  expect(await readdir(b)).toEqual(['c']);
});

test('several at once make one folder', async () => {
  const made = await Promise.all(Array.from({ length: 8 }, () => makeFolder(join(root, 'x', 'y', 'z'))));
  expect(new Set(made.flat()).size).toBe(3);
  expect(made.flat()).toHaveLength(3);
});

test('trying leaves no trace', async () => {
  await tryFolder(join(root, 'runs', 'deepfm'));
  expect(await readdir(root)).toEqual([]);
  await mkdir(join(root, 'kept'));
  await tryFolder(join(root, 'kept'));
  expect(await readdir(root)).toEqual(['kept']);
});

test('a file in the way, or a name that no system takes, is an error that leaves nothing', async () => {
  await writeFile(join(root, 'file'), '');
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(join(root, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' });
  const tooLong = join(root, 'made', 'first', 'x'.repeat(300));
  await expect(makeFolder(tooLong)).rejects.toMatchObject({ code: 'ENAMETOOLONG' });
  expect(await readdir(root)).toEqual(['file']);
});

// `mkdir(path, { recursive: true })` of Node 20 never returns for this one.
test.skipIf(process.platform !== 'linux')('a file system that takes no folders is an error', async () => {
  await expect(makeFolder('/proc/x/y')).rejects.toMatchObject({ code: 'ENOENT' });
});
