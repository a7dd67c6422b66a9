import { main } from '../src/main';
import type { Io } from '../src/io';

/** What a command line printed and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How a test wants the world outside to be. */
export interface World {
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  /** Gets what triggers a Ctrl-C. */
  readonly onListen?: (interrupt: () => void) => void;
}

/** Runs a command line in this process. */
export async function runMain(
  argv: readonly string[],
  { env = {}, isTTY = false, onListen }: World = {},
): Promise<Ran> {
  let out = '';
  let err = '';
  const io: Io = {
    out: { isTTY, columns: 100, write: (text) => void (out += text) },
    err: { isTTY, columns: 100, write: (text) => void (err += text) },
    env,
    onInterrupt: (listener) => {
      onListen?.(listener);
      return () => undefined;
    },
  };
  const code = await main(argv, io);
  return { code, out, err };
}
