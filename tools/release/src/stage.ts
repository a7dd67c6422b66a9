import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commentOptions } from './comment-options';
import { publishedPackages, workspaceRoot } from './packages';
import type { PackageJson, PublishedPackage } from './packages';

/** The condition that points at `src`: it works in this repository only, so it is not published. */
const SOURCE_CONDITION = '@ctrflow/source';

/**
 * Puts what goes into the tarball into `.pack`: the built files, README, LICENSE, and a package.json without what only this
 * repository understands. `changeset publish` publishes from there (`publishConfig.directory`).
 */
export function stage({ folder, staged, json }: PublishedPackage): void {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) throw new Error(`${json.name}: no dist folder; run \`npm run build\` first`);
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged);
  cpSync(dist, join(staged, 'dist'), { recursive: true });
  commentTypes(join(staged, 'dist'));
  cpSync(join(folder, 'README.md'), join(staged, 'README.md'));
  cpSync(join(workspaceRoot, 'LICENSE'), join(staged, 'LICENSE'));
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(publishedJson(json), null, 2)}\n`);
}

/** Type declarations get the comments that editors show. */
function commentTypes(dist: string): void {
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => /\.d\.c?ts$/.test(name));
  for (const file of files.map((name) => join(dist, name)))
    writeFileSync(file, commentOptions(readFileSync(file, 'utf8')));
}

function publishedJson(json: PackageJson): object {
  const exports = Object.fromEntries(
    Object.entries(json.exports).map(([path, target]): [string, unknown] => {
      if (typeof target === 'string') return [path, target];
      return [path, Object.fromEntries(Object.entries(target).filter(([condition]) => condition !== SOURCE_CONDITION))];
    }),
  );
  const publishConfig = Object.fromEntries(
    Object.entries(json.publishConfig ?? {}).filter(([option]) => option !== 'directory'),
  );
  return { ...json, exports, publishConfig };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) publishedPackages().forEach(stage);
