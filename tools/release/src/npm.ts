import { execFileSync } from 'node:child_process';

/**
 * Runs npm in a folder and returns what it prints. On Windows npm is `npm.cmd`, which only a shell starts; `npm run` says where npm's own program lies, which Node starts
 * everywhere.
 */
export function npm(args: readonly string[], cwd: string, stderr: 'inherit' | 'ignore' = 'inherit'): string {
  const program = process.env.npm_execpath;
  const [command, ...before] = program?.endsWith('.js') === true ? [process.execPath, program] : ['npm'];
  return execFileSync(command, [...before, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', stderr] });
}
