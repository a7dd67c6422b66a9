import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first `ts` block of a package's README: what its tests run. */
export function readmeExample(packageFolder: string): string {
  const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1];
  if (example === undefined) throw new Error(`${packageFolder}/README.md has no ts example`);
  return example;
}

/** The lines of the `sh` blocks of a README that begin with a command, as arguments: a test runs them in order. Quotes are not understood. */
export function readmeCommands(packageFolder: string, command: string): string[][] {
  const readme = readFileSync(join(packageFolder, 'README.md'), 'utf8');
  const lines = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block.split('\n'));
  const commands = lines.filter((line) => line.startsWith(`${command} `)).map((line) => line.split(' ').slice(1));
  if (commands.length === 0) throw new Error(`${packageFolder}/README.md has no line that begins with ${command}`);
  return commands;
}
