import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');

/** What a document calls `ctrflow` runs from source here. `npm start` is the demonstration. */
const beginnings: Readonly<Record<string, readonly string[]>> = {
  'npm start': ['demo'],
  'npm run -s ctrflow --': [],
  ctrflow: [],
};

/**
 * Runs a command line of a document in a folder.
 *
 * @returns everything that it printed
 * @throws Error when it is no command of ctrflow, or does not end well
 */
export async function runCommand(command: string, folder: string): Promise<string> {
  const beginning = Object.keys(beginnings).find((begin) => command === begin || command.startsWith(`${begin} `));
  if (beginning === undefined) throw new Error(`claims: expected a command of ctrflow, got ${command}`);
  const words = command.slice(beginning.length).split(' ').filter(Boolean);
  const script = join(root, 'packages/cli/src/bin.ts');
  const node = ['--conditions=@ctrflow/source', `--import=${import.meta.resolve('tsx')}`, script];
  const child = spawn(process.execPath, [...node, ...beginnings[beginning], ...words], { cwd: folder });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (printed += text)); // prettier-ignore
  const code = await new Promise<number | null>((done) => child.on('close', done));
  if (code !== 0) throw new Error(`claims: expected ${command} to end well, got exit status ${String(code)}:\n${printed}`); // prettier-ignore
  return printed;
}
