import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A published package, its folder as a path within the repository with forward slashes. */
export interface ChangedPackage {
  readonly name: string;
  readonly path: string;
}

/**
 * Names of published packages whose sources or package.json differ from where the branch left `base`, and that no changeset of the branch names. `changeset status` asks for one
 * changeset only, whatever it names.
 */
export function missingChangesets(repository: string, base: string, packages: readonly ChangedPackage[]): string[] {
  const git = ['diff', '--name-only', '--no-renames', '-z', `${base}...HEAD`];
  const files = execFileSync('git', git, { cwd: repository, encoding: 'utf8' }).split('\0');
  const changed = packages.filter(({ path }) =>
    files.some((file) => file === `${path}/package.json` || file.startsWith(`${path}/src/`)),
  );
  const named = new Set(files.filter(isChangeset).flatMap((file) => namesIn(join(repository, file))));
  return changed.map(({ name }) => name).filter((name) => !named.has(name));
}

function isChangeset(file: string): boolean {
  return /^\.changeset\/[^/]+\.md$/.test(file) && file !== '.changeset/README.md';
}

/** Packages that the head of a changeset names; a changeset that the branch removes names none. */
function namesIn(path: string): string[] {
  if (!existsSync(path)) return [];
  const head = readFileSync(path, 'utf8').split(/^---\r?$/m)[1] ?? '';
  return Array.from(head.matchAll(/^['"]?([^'"\s:]+)['"]?:\s*(?:patch|minor|major)\b/gm), ([, name]) => name);
}
