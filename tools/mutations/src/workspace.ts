import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The repository that this file lies in. */
export const root = resolve(import.meta.dirname, '../../..');

/** A copy of the repository in a temporary folder: its files, and links to what is installed. Only the copy is ever changed. */
export async function copyWorkspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-mutations-'));
  const { stdout } = await run('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, maxBuffer: 1 << 26 }); // prettier-ignore
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await cp(join(root, file), join(folder, file)).catch(() => undefined); // a file that is deleted but not committed
  }
  await linkModules(folder);
  return folder;
}

export function removeWorkspace(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true });
}

/** Installed packages are shared; those of this repository are the copy's own. */
async function linkModules(folder: string): Promise<void> {
  const [from, to] = [join(root, 'node_modules'), join(folder, 'node_modules')];
  await mkdir(join(to, '@ctrflow'), { recursive: true });
  for (const name of await readdir(from)) {
    if (name !== '@ctrflow' && name !== '.cache' && name !== '.vite') await symlink(join(from, name), join(to, name));
  }
  for (const parent of ['packages', 'packages/models', 'tools']) {
    for (const name of await readdir(join(folder, parent))) {
      if (name !== 'models') await symlink(join(folder, parent, name), join(to, '@ctrflow', name));
    }
  }
  for (const name of ['cli', 'data']) {
    await symlink(join(root, 'packages', name, 'node_modules'), join(folder, 'packages', name, 'node_modules'));
  }
}
