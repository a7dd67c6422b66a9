import { mkdir, mkdtemp, readFile, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { folderKind, writeFileAtomic, writeFolderAtomic } from '../src/node';

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

const notes = folderKind('a set of notes', 'notes.json', 'notes', (json) => (json as { files: string[] }).files);

/** What fills a folder of notes. */
const noted =
  (...files: readonly string[]) =>
  async (into: string): Promise<void> => {
    await writeFile(join(into, 'notes.json'), JSON.stringify({ format: 'notes', files }));
    for (const file of files) await writeFile(join(into, file), 'x');
  };

test('a folder is replaced as a whole, or not at all', async () => {
  const path = join(folder, 'run');
  await writeFolderAtomic(path, notes, noted('a'));
  await writeFolderAtomic(path, notes, noted('b'));
  expect(await readdir(path)).toEqual(['b', 'notes.json']);
  const failing = writeFolderAtomic(path, notes, async (into) => {
    await writeFile(join(into, 'c'), '3');
    throw new Error('interrupted');
  });
  await expect(failing).rejects.toThrow('interrupted');
  expect(await readdir(path)).toEqual(['b', 'notes.json']);
  expect(await readdir(folder)).toEqual(['run']);
});

describe('a folder of the user stays as it is', () => {
  const refused: [string, (path: string) => Promise<unknown>, RegExp][] = [
    ['with a file', async (path) => { await mkdir(path); await writeFile(join(path, 'thesis.txt'), 'x'); }, /a new one, an empty one, or a set of notes to replace, got ".*thing"; it holds thesis\.txt, and nothing was changed: name another folder/],
    ['with a folder', (path) => mkdir(join(path, 'photos'), { recursive: true }), /it holds photos\//],
    ['with another manifest', async (path) => { await mkdir(path); await writeFile(join(path, 'notes.json'), '{"format":"other"}'); }, /it holds notes\.json/],
    ['with a manifest that is no JSON', async (path) => { await mkdir(path); await writeFile(join(path, 'notes.json'), '{'); }, /it holds notes\.json/],
    ['of the kind, and more in it', async (path) => { await mkdir(path); await noted('a')(path); await writeFile(join(path, 'b'), 'x'); }, /it holds b,/],
    ['of the kind, with a folder named as a file', async (path) => { await mkdir(join(path, 'a'), { recursive: true }); await writeFile(join(path, 'notes.json'), '{"format":"notes","files":["a"]}'); }, /it holds a\/,/],
    ['that is a file', (path) => writeFile(path, 'x'), /got ".*thing"; it is a file,/],
    ['behind a link', async (path) => { await mkdir(`${path}-real`); await writeFile(join(`${path}-real`, 'a'), 'x'); await symlink(`${path}-real`, path); }, /thing"; it holds a,/],
  ]; // prettier-ignore

  // Planted bugs that this fails for: no check, no check of names, a check after `fill`.
  test.each(refused)('%s', async (_, make, message) => {
    const path = join(folder, 'thing');
    await make(path);
    const before = await tree(folder);
    const writing = writeFolderAtomic(path, notes, () => Promise.reject(new Error('filled')));
    await expect(writing).rejects.toThrow(message);
    await expect(writing).rejects.toMatchObject({ name: 'ConfigError' });
    expect(await tree(folder)).toEqual(before);
  });

  test('that came while the new one was filled', async () => {
    const path = join(folder, 'thing');
    const writing = writeFolderAtomic(path, notes, async (into) => {
      await noted('a')(into);
      await mkdir(path);
      await writeFile(join(path, 'thesis.txt'), 'x');
    });
    await expect(writing).rejects.toThrow(/it holds thesis\.txt/);
    expect(await tree(folder)).toEqual(['thing', 'thing/thesis.txt']);
  });
});

test('an empty folder and one that a system left its litter in are replaced, and a link stays one', async () => {
  const real = join(folder, 'real');
  await mkdir(real);
  await symlink(real, join(folder, 'link'));
  await writeFolderAtomic(join(folder, 'link'), notes, noted('a'));
  await writeFile(join(real, '.DS_Store'), 'x');
  await writeFolderAtomic(join(folder, 'link'), notes, noted('b'));
  expect(await readlink(join(folder, 'link'))).toBe(real);
  expect(await tree(real)).toEqual(['b', 'notes.json']);
  expect(await readdir(folder)).toEqual(['link', 'real']);
});

async function tree(path: string): Promise<string[]> {
  return (await readdir(path, { recursive: true })).sort();
}
