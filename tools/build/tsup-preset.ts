import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'tsup';
import type { Options } from 'tsup';

/**
 * The build of every published package: one ESM and one CommonJS file per public entry, with types and source maps.
 * Entries are the files directly under `src` that `package.json` exports, so that a bundler can drop what it does not use.
 */
export function preset(overrides: Options = {}) {
  const entries = ['index', 'node', 'bin'].map((name) => `src/${name}.ts`).filter((file) => existsSync(file));
  return defineConfig({
    entry: entries,
    format: ['esm', 'cjs'],
    target: 'node20',
    platform: 'neutral',
    dts: { entry: entries.filter((file) => !file.endsWith('bin.ts')) },
    sourcemap: true,
    splitting: true,
    treeshake: true,
    clean: true,
    silent: true,
    // node: built-ins are used by ./node entries only; everything a package depends on stays an import.
    external: [/^node:/, ...optionalDependencies()],
    ...overrides,
  });
}

/** tsup leaves dependencies and peers as imports by itself, optional ones it would bundle. */
function optionalDependencies(): string[] {
  const json = JSON.parse(readFileSync('package.json', 'utf8')) as { optionalDependencies?: Record<string, string> };
  return Object.keys(json.optionalDependencies ?? {});
}
