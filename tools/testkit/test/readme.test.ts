import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readmeExample } from '../src/index';

const root = resolve(import.meta.dirname, '../../..');

const packages = (
  await Promise.all(
    ['packages', 'packages/models'].map(async (parent) =>
      (await readdir(join(root, parent)))
        .filter((name) => name !== 'models' && name !== 'cli')
        .map((name) => join(parent, name)),
    ),
  )
).flat();

test.concurrent.each(packages)('the example in the README of %s runs', async (folder) => {
  // Below the root, so that packages resolve as in a user's project; from source, like every test.
  const cache = join(root, 'node_modules', '.cache', 'ctrflow-readme');
  await mkdir(cache, { recursive: true });
  const file = join(cache, `${folder.replaceAll('/', '-')}.mts`);
  await writeFile(file, readmeExample(join(root, folder)));
  const flags = ['--conditions=@ctrflow/source', '--import=tsx', file];
  const { stdout } = await promisify(execFile)(process.execPath, flags, { cwd: root });
  expect(stdout).not.toBe('');
  await rm(file);
});
