import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ownerText, thisOwner } from '@ctrflow/core/node';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../src/node/lock';

const root = mkdtempSync(join(tmpdir(), 'ctrflow-lock-'));
const starters: Starter[] = [];
let folder: string;
let numFolders = 0;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => {
  for (const { child } of starters.splice(0)) child.kill('SIGKILL');
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function newFolder(): string {
  const made = join(root, String(numFolders++));
  mkdirSync(made);
  return made;
}

interface Starter {
  readonly child: ChildProcess;
  readonly ask: (line: string) => Promise<string>;
}

async function starter(): Promise<Starter> {
  const script = join(import.meta.dirname, 'lock-starter.ts');
  const child = spawn(process.execPath, ['--conditions=@ctrflow/source', '--import=tsx', script], { stdio: ['pipe', 'pipe', 'inherit'] }); // prettier-ignore
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => (await lines.next()).value as string;
  const one: Starter = {
    child,
    ask: (line) => {
      child.stdin.write(`${line}\n`);
      return answer();
    },
  };
  starters.push(one);
  expect(await answer()).toBe('ready');
  return one;
}

const dead = ownerText({ ...thisOwner(), started: '00000000' }); // the id of a process that lives
const elsewhere = ownerText({ ...thisOwner(), machine: '00000000' });

// Planted bugs that this fails for: removing a stale lock by its name, not looking again after one's own was made.
test('of many starters one gets the lock, whatever was left there before', { timeout: 120_000 }, async () => {
  const all = await Promise.all(Array.from({ length: 6 }, starter));
  const before: Record<string, string>[] = [{}, { '.lock': '4194311' }, { '.lock.7': dead }, { '.lock.1': 'free', '.lock.2': dead }]; // prettier-ignore
  for (let round = 0; round < 40; round++) {
    const contested = newFolder();
    for (const [name, text] of Object.entries(before[round % before.length]))
      writeFileSync(join(contested, name), text);
    const answers = await Promise.all(all.map(({ ask }) => ask(`take ${contested}`)));
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
    for (const answer of answers) expect(answer).toMatch(/^held$|no other training writes.*, held by process \d+"/);
    await all[answers.indexOf('held')].ask('give');
  }
  // Locks that change hands while others look for them.
  expect(await Promise.all(all.map(({ ask }) => ask(`loop ${folder} 60`)))).toEqual(all.map(() => 'done'));
  expect(readdirSync(folder)).toEqual([expect.stringMatching(/^\.lock\.\d+$/)]);
});

test('a holder that was killed loses it, one that lives does not', async () => {
  const [one, other] = await Promise.all([starter(), starter()]);
  expect(await one.ask(`take ${folder}`)).toBe('held');
  const refusal = await other.ask(`take ${folder}`);
  expect(refusal).toContain(`held by process ${one.child.pid}"; wait for it, stop it, or choose another folder; if it has ended, delete ${join(folder, '.lock.1')}`); // prettier-ignore
  one.child.kill('SIGKILL');
  await once(one.child, 'exit');
  expect(await other.ask(`take ${folder}`)).toBe('held');
});

test('the same process does not get it twice', async () => {
  const unlock = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toThrow(/held by this process"; two trainings need two folders/);
  await unlock();
  await (
    await lockFolder(folder)
  )();
});

// Planted bug that this fails for: a process id that lives counts as the holder.
test('the lock of a run that is dead is free, even if its process id lives again', async () => {
  writeFileSync(join(folder, '.lock.3'), dead);
  await (
    await lockFolder(folder)
  )();
  expect(readdirSync(folder)).toEqual(['.lock.4']);
});

test('a holder on another machine has it as long as it gives signs of life', async () => {
  const path = join(folder, '.lock.1');
  for (const text of [elsewhere, '']) {
    writeFileSync(path, text);
    await expect(lockFolder(folder)).rejects.toThrow(
      /held by (an unknown )?process.*if it has ended, delete .*\.lock\.1/,
    );
  }
  utimesSync(path, new Date(), new Date(Date.now() - 3_600_000));
  await (
    await lockFolder(folder)
  )();
});

test('a lock of an older version is kept as long as its process id lives, and the message says what to do', async () => {
  writeFileSync(join(folder, '.lock'), String(process.ppid));
  await expect(lockFolder(folder)).rejects.toThrow(/held by process \d+"; .*if it has ended, delete .*\.lock$/);
});
