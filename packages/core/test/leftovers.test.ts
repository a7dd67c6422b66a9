import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning, makeTemporaryFolder, ownerText, parseOwner, thisOwner, writeFileAtomic } from '../src/node';

let folder: string;
let child: ChildProcess | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ctrflow-left-'));
});
afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

/** A process that is in the middle of writing. */
async function writer(): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'killed-writer.ts');
  child = spawn(process.execPath, ['--conditions=@ctrflow/source', '--import=tsx', script, folder], { stdio: ['ignore', 'pipe', 'inherit'] }); // prettier-ignore
  await once(child.stdout!, 'data');
  return child;
}

const temporary = (names: readonly string[]): string[] => names.filter((name) => name.includes('ctrflow-'));

// Planted bugs that this fails for: no removal, removal without asking who runs, a folder that was moved aside removed with the rest.
test('what a killed process left half-written goes with the next write, and what it had moved aside comes back', async () => {
  const running = await writer();
  const before = temporary(readdirSync(folder));
  expect(before).toHaveLength(4);
  await writeFileAtomic(join(folder, 'other.csv'), 'x');
  makeTemporaryFolder('data', folder);
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(before));
  expect(readdirSync(folder)).toHaveLength(6);

  running.kill('SIGKILL');
  await once(running, 'exit');
  const own = makeTemporaryFolder('data', folder);
  await writeFileAtomic(join(folder, 'other.csv'), 'y');
  const names = readdirSync(folder);
  expect(temporary(names)).toHaveLength(2); // two folders of this process
  expect(names.map((name) => join(folder, name))).toContain(own);
  expect(names).toEqual(expect.arrayContaining(['moved', 'other.csv']));
  expect(readdirSync(join(folder, 'moved'))).toEqual(['model.json']);
});

test('a process id that belongs to another process by now is told apart by when that began', () => {
  const own = thisOwner();
  expect(isRunning(own)).toBe(true);
  expect(isRunning({ ...own, started: '00000000' })).toBe(false);
  expect(isRunning({ ...own, pid: 2 ** 22 + 7 })).toBe(false);
  expect(isRunning({ ...own, started: 'x' })).toBeUndefined();
  expect(isRunning({ ...own, machine: '00000000' })).toBeUndefined();
  expect(parseOwner(ownerText(own))).toEqual(own);
  for (const text of ['', '12', '0-00000000-00000000', '1-2-3', `${ownerText(own)}x`]) expect(parseOwner(text)).toBeUndefined(); // prettier-ignore
});

test('files of the user that are called alike stay, and so do those of another machine', async () => {
  const elsewhere = ownerText({ ...thisOwner(), machine: '00000000', pid: 1 });
  const names = ['.a.tmp', '.a.1a2b3c4d.tmp', '.a.ctrflow-1-2-3-0a1b2c3d.tmp', `.a.ctrflow-${elsewhere}-0a1b2c3d.tmp`, 'ctrflow-data-notes']; // prettier-ignore
  for (const name of names) writeFileSync(join(folder, name), 'x');
  mkdirSync(join(folder, `ctrflow-data-${elsewhere}-0a1b2c3d`));
  await writeFileAtomic(join(folder, 'b'), 'x');
  rmSync(makeTemporaryFolder('data', folder), { recursive: true });
  expect(readdirSync(folder).sort()).toEqual([...names, `ctrflow-data-${elsewhere}-0a1b2c3d`, 'b'].sort());
});
