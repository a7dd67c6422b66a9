import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { publishedPackages } from '../../../release/src/packages';
import { describeMachine } from '../machine';
import { alignColumns } from '../table';
import type { BundleSize, BundleSizes } from './bundle-sizes';

/** Bundles and minifies the ES module of every public entry, imports of other packages left out; skipped before `npm run build`. */
export async function bundleSizes(): Promise<BundleSizes> {
  const entries = builtEntries();
  const missing = entries.filter(({ file }) => !existsSync(file));
  const modules = missing.length > 0 ? [] : await Promise.all(entries.map(sizeOf));
  return {
    kind: 'bundles',
    modules,
    ...(missing.length > 0 && { skipped: `${missing.length} of ${entries.length} modules are not built; npm run build` }), // prettier-ignore
    when: new Date().toISOString(),
    machine: describeMachine(),
  };
}

/** Sizes as a table for people. */
export function renderBundleSizes({ modules, skipped }: BundleSizes): string {
  if (skipped !== undefined) return `bundle sizes: skipped: ${skipped}\n`;
  const rows = modules.map(({ module, minifiedBytes, gzippedBytes }) => [module, String(minifiedBytes), String(gzippedBytes), '']); // prettier-ignore
  return `${alignColumns([['module', 'minified bytes', 'gzipped bytes', ''], ...rows]).join('\n')}\n`;
}

interface BuiltEntry {
  readonly module: string;
  readonly file: string;
}

function builtEntries(): BuiltEntry[] {
  return publishedPackages().flatMap(({ name, folder, json }) =>
    Object.entries(json.exports).flatMap(([entry, conditions]) => {
      const file = importedFile(conditions);
      return file === undefined ? [] : [{ module: name + entry.slice(1), file: join(folder, file) }];
    }),
  );
}

/** `{ import: { default: './dist/index.js' } }` as `./dist/index.js`. */
function importedFile(conditions: string | Readonly<Record<string, unknown>>): string | undefined {
  if (typeof conditions === 'string') return undefined;
  const { default: file } = (conditions.import ?? {}) as { readonly default?: string };
  return file;
}

async function sizeOf({ module, file }: BuiltEntry): Promise<BundleSize> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'neutral',
    packages: 'external',
    write: false,
    logLevel: 'silent',
  });
  const [{ contents }] = outputFiles;
  return { module, minifiedBytes: contents.length, gzippedBytes: gzipSync(contents, { level: 9 }).length };
}
