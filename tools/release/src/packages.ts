import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const workspaceRoot = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

/** The parts of package.json that publishing touches. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly exports: Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly publishConfig?: Readonly<Record<string, string>>;
}

/** A package that is published. */
export interface PublishedPackage {
  readonly name: string;
  /** Absolute path of its folder. */
  readonly folder: string;
  /** Where `stage` puts what goes into the tarball. */
  readonly staged: string;
  readonly json: PackageJson;
}

/** Every published package of the workspace, models included. */
export function publishedPackages(): PublishedPackage[] {
  const folders = ['packages', 'packages/models'].flatMap((parent) =>
    readdirSync(join(workspaceRoot, parent)).map((name) => join(workspaceRoot, parent, name)),
  );
  return folders
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => {
      const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageJson;
      return { name: json.name, folder, staged: join(folder, '.pack'), json };
    })
    .filter(({ json }) => json.private !== true);
}

/** Whether a package is one model. */
export function isModel({ folder }: PublishedPackage): boolean {
  return dirname(folder) === join(workspaceRoot, 'packages', 'models');
}
