import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { expect, it, onTestFinished } from 'vitest';
import { pauseTree, resumeTree } from '../src/process-tree';

/** `T` for a process that is halted. */
const stateOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
};

it.skipIf(!existsSync('/proc/self/stat'))('halts a process with what it started, and lets both go on', async () => {
  const started =
    'const c = require("child_process").spawn("sleep", ["60"]); console.log(c.pid); setInterval(() => {}, 1000)';
  const child = spawn(process.execPath, ['-e', started], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const pids = [child.pid!, Number(String(line))];
  onTestFinished(() => {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });
  pauseTree(child.pid!);
  // The system halts a process that runs a moment after it is told to.
  await expect.poll(() => pids.map(stateOf), { timeout: 10_000 }).toEqual(['T', 'T']);
  resumeTree(child.pid!);
  await expect.poll(() => pids.map(stateOf).join(''), { timeout: 10_000 }).not.toContain('T');
});
