import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first `ts` block of a package's README: what its tests run. */
export function readmeExample(packageFolder: string): string {
  const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  if (example === undefined) throw new Error(`${packageFolder}/README.md has no ts example`);
  return example;
}
