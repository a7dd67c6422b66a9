import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { PublishedPackage } from './packages';

/** Which packages `npm run api` reports: those that are named by their folders, else every one with `--check`, else what is built. */
export function packagesToReport(
  packages: readonly PublishedPackage[],
  { named, check }: { readonly named: readonly string[]; readonly check: boolean },
): readonly PublishedPackage[] {
  const isBuilt = ({ folder }: PublishedPackage): boolean => existsSync(join(folder, 'dist'));
  if (named.length === 0) return check ? packages : packages.filter(isBuilt);
  return named.map((name) => {
    const found = packages.find(({ folder }) => basename(folder) === name);
    if (found === undefined) throw new Error(`api: expected the folder of a published package, got "${name}"`);
    return found;
  });
}
