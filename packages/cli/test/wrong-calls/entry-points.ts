/** What the published packages export. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const packages = fileURLToPath(new URL('../../../', import.meta.url));

/** Entry points of all packages, such as `@ctrflow/data/node`. */
export function entryPoints(): string[] {
  const folders = ['.', 'models'].flatMap((group) =>
    readdirSync(join(packages, group)).map((name) => join(packages, group, name)),
  );
  return folders.flatMap((folder) => {
    const file = join(folder, 'package.json');
    if (!existsSync(file)) return [];
    const { name, exports } = JSON.parse(readFileSync(file, 'utf8')) as {
      name: string;
      exports: Record<string, unknown>;
    };
    return Object.keys(exports).flatMap((path) => (path === './package.json' ? [] : [name + path.slice(1)]));
  });
}

/** The functions and classes of an entry point. */
export async function functionsOf(entryPoint: string): Promise<Record<string, unknown>> {
  const module = (await import(/* @vite-ignore */ entryPoint)) as Record<string, unknown>;
  return Object.fromEntries(Object.entries(module).filter(([, value]) => typeof value === 'function'));
}
