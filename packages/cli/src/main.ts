import { parseCommandLine } from './args/command-line';
import type { Command } from './args/command';
import { resolveInvocation } from './args/invocation';
import { commands } from './commands';
import { exitCodeOf, exitCodes, isSystemError } from './exit-codes';
import type { Io } from './io';
import { reportError } from './report-error';
import { version } from './version';

/**
 * Runs one command line, such as `['train', 'clicks.csv', '--label', 'click', '--model', 'deepfm']`.
 *
 * @returns the exit status, see {@link exitCodes}; errors are printed, never thrown
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = parseCommandLine(argv, commands, version);
    if (parsed.kind === 'run') return await runCommand(parsed.command, parsed.raw, io);
    io.out.write(parsed.text);
    return exitCodes.ok;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EPIPE') return exitCodes.ok; // the reader has seen enough
    reportError(io, error);
    return exitCodeOf(error);
  }
}

async function runCommand(command: Command, raw: Parameters<typeof resolveInvocation>[1], io: Io): Promise<number> {
  const invocation = await resolveInvocation(command, raw, io);
  if (invocation === undefined) return exitCodes.ok;
  return (await command.run(invocation)) ?? exitCodes.ok;
}
