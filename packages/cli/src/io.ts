/** A stream that the command line writes to. */
export interface Output {
  write(text: string): void;
  /** Whether somebody watches: bars are redrawn in place and colours are used. */
  readonly isTTY: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}

/** Everything outside of the program, so that tests can run {@link main} in their own process. */
export interface Io {
  /** Results. */
  readonly out: Output;
  /** Progress, warnings and errors. */
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls `listener` at every Ctrl-C until the returned function is called. */
  onInterrupt(listener: () => void): () => void;
}

/** The streams and signals of this process. */
export function processIo(): Io {
  const output = (stream: NodeJS.WriteStream): Output => ({
    write: (text) => stream.write(text),
    isTTY: stream.isTTY,
    get columns() {
      return stream.columns ?? 80;
    },
  });
  return {
    out: output(process.stdout),
    err: output(process.stderr),
    env: process.env,
    onInterrupt: (listener) => {
      process.on('SIGINT', listener);
      return () => process.off('SIGINT', listener);
    },
  };
}
