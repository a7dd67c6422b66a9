/**
 * Tests what is published: packs every package, installs the tarballs in an empty folder, imports each entry as ESM and as
 * CommonJS, runs the README's example with and without ONNX Runtime, and makes sure that one model brings no other model.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npm } from './npm';
import { pack } from './pack';
import { isModel, publishedPackages, workspaceRoot } from './packages';
import type { PublishedPackage } from './packages';

interface Tarball {
  readonly published: PublishedPackage;
  readonly file: string;
}

const node = (args: readonly string[], cwd: string): string =>
  execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

process.env.ONNXRUNTIME_NODE_INSTALL = 'skip'; // its postinstall would download libraries for CUDA

/** An empty project whose ctrflow dependencies are the tarballs, so that no other version can slip in. */
function install(folder: string, wanted: readonly string[], tarballs: readonly Tarball[]): void {
  mkdirSync(folder, { recursive: true });
  const local = Object.fromEntries(tarballs.map(({ published, file }) => [published.name, `file:${file}`]));
  const dependencies = Object.fromEntries(wanted.map((name) => [name, local[name]]));
  const overrides = Object.fromEntries(Object.entries(local).filter(([name]) => !wanted.includes(name)));
  const json = { name: 'a-user', version: '1.0.0', private: true, type: 'module', dependencies, overrides };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(json, null, 2));
  npm(['install', '--no-audit', '--no-fund', '--loglevel=error'], folder);
}

/** Two copies of tfjs would have two registries of kernels and two sets of tensors. */
function countTfjs(folder: string): void {
  const files = readdirSync(join(folder, 'node_modules'), { recursive: true, encoding: 'utf8' });
  const copies = files.filter((file) => /@tensorflow[\\/]tfjs-core[\\/]package\.json$/.test(file));
  if (copies.length !== 1) throw new Error(`expected one copy of tfjs, got ${copies.join(', ')}`);
  console.log('ok   one copy of tfjs');
}

function importEverything(folder: string, tarballs: readonly Tarball[]): void {
  const entries = tarballs.flatMap(({ published }) =>
    Object.keys(published.json.exports)
      .filter((path) => path !== './package.json')
      .map((path) => published.name + path.slice(1)),
  );
  const names = JSON.stringify(entries);
  writeFileSync(
    join(folder, 'all.mjs'),
    `for (const name of ${names}) if (Object.keys(await import(name)).length === 0) throw new Error(name + ' exports nothing');\n`,
  );
  writeFileSync(
    join(folder, 'all.cjs'),
    `for (const name of ${names}) if (Object.keys(require(name)).length === 0) throw new Error(name + ' exports nothing');\n`,
  );
  node(['all.mjs'], folder);
  node(['all.cjs'], folder);
  console.log(`ok   ${entries.length} entries as ESM and CommonJS`);
}

/** The first ts block of the root README, with the data file that its text makes. */
function runReadmeExample(folder: string): void {
  const readme = readFileSync(join(workspaceRoot, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  const command = /npx (ctrflow datagen.*)/.exec(readme)?.[1];
  if (example === undefined || command === undefined) throw new Error('README.md: no example to run');
  npm(['exec', '--', ...command.split(/\s+/)], folder);
  writeFileSync(join(folder, 'example.mjs'), example);
  console.log(node(['example.mjs'], folder).trimEnd());
  console.log("ok   the README's command and example");
}

/** What npm leaves when the installation of an optional dependency fails: nothing of it. The same program runs, and says what is lost. */
function runWithoutRuntime(folder: string): void {
  for (const name of ['onnxruntime-node', 'onnxruntime-web'])
    rmSync(join(folder, 'node_modules', name), { recursive: true, force: true });
  rmSync(join(folder, 'runs'), { recursive: true });
  const said = spawnSync('node', ['example.mjs'], { cwd: folder, encoding: 'utf8' });
  if (said.status !== 0) throw new Error(`without ONNX Runtime the example fails:\n${said.stderr}`);
  if (!said.stderr.includes('npm i onnxruntime-node'))
    throw new Error(`without ONNX Runtime nothing is said:\n${said.stderr}`);
  console.log("ok   the README's example without ONNX Runtime, with a warning");
}

function installOneModel(parent: string, tarballs: readonly Tarball[]): void {
  for (const { published } of tarballs.filter((tarball) => isModel(tarball.published))) {
    const folder = join(parent, published.json.name.replace('/', '-'));
    install(folder, [published.name], tarballs);
    const installed = readdirSync(join(folder, 'node_modules', '@ctrflow'));
    const others = tarballs
      .filter((tarball) => isModel(tarball.published) && tarball.published.name !== published.name)
      .filter((tarball) => installed.includes(tarball.published.name.slice('@ctrflow/'.length)));
    if (others.length > 0)
      throw new Error(`${published.name} brings ${others.map((o) => o.published.name).join(', ')}`);
    if (!existsSync(join(folder, 'node_modules', published.name)))
      throw new Error(`${published.name} is not installed`);
  }
  console.log('ok   one model brings no other model');
}

const folder = await mkdtemp(join(tmpdir(), 'ctrflow-published-'));
try {
  const tarballFolder = join(folder, 'tarballs');
  mkdirSync(tarballFolder);
  const tarballs = publishedPackages().map((published) => ({ published, file: pack(published, tarballFolder) }));
  const user = join(folder, 'user');
  install(
    user,
    tarballs.map(({ published }) => published.name),
    tarballs,
  );
  countTfjs(user);
  importEverything(user, tarballs);
  runReadmeExample(user);
  runWithoutRuntime(user);
  installOneModel(folder, tarballs);
} finally {
  await rm(folder, { recursive: true, force: true });
}
