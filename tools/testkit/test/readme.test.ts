import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readmeCommands, readmeExample } from '../src/index';

const root = resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);

const packages = (
  await Promise.all(
    ['packages', 'packages/models'].map(async (parent) =>
      (await readdir(join(root, parent)))
        .map((name) => join(parent, name))
        .filter((folder) => existsSync(join(root, folder, 'package.json'))),
    ),
  )
).flat();
const commandLine = join('packages', 'cli');

test('every package that is published has an example that is run, and stands in the list of packages', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  expect(packages).toContain(commandLine);
  for (const folder of packages) {
    const { private: unpublished = false } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as {
      private?: boolean;
    };
    expect(unpublished, folder).toBe(false); // what is not published belongs to tools
    const example = folder === commandLine ? readmeCommands(join(root, folder), 'ctrflow').join('\n') : readmeExample(join(root, folder)); // prettier-ignore
    expect(example.trim(), folder).not.toBe('');
    const isModel = folder.startsWith(join('packages', 'models')); // models stand in the catalog: packages/zoo tests it
    if (!isModel) expect(readme).toContain(`](${folder.replaceAll('\\', '/')})`);
  }
});

test.concurrent.each(packages.filter((folder) => folder !== commandLine))(
  'the example in the README of %s runs',
  async (folder) => {
    // Below the root, so that packages resolve as in a user's project; from source, like every test.
    const cache = join(root, 'node_modules', '.cache', 'ctrflow-readme');
    await mkdir(cache, { recursive: true });
    const file = join(cache, `${folder.replaceAll(/[/\\]/g, '-')}.mts`);
    await writeFile(file, readmeExample(join(root, folder)));
    const flags = ['--conditions=@ctrflow/source', '--import=tsx', file];
    const { stdout } = await run(process.execPath, flags, { cwd: root });
    expect(stdout).not.toBe('');
    await rm(file);
  },
);
