import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runMain } from '../run-main';

/** The whole message, `{dir}` for the test's folder; an expression from `^` to `$` where a part of it varies. */
export type Message = string | RegExp;

/** One kind of bad input. */
export interface BadInput {
  readonly name: string;
  /** Files to write first, by path in the test's folder. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Makes what is not a plain file. */
  readonly prepare?: (folder: string) => void;
  /** The command line; `{dir}` stands for the test's folder. */
  readonly argv: readonly string[];
  readonly code: number;
  /** What stderr has to say after `error `. */
  readonly message: Message;
}

const root = mkdtempSync(join(tmpdir(), 'ctrflow-bad-input-'));
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/**
 * Runs each case in a folder of its own, and makes sure of four things: the exit status, the message, that the message is
 * one line without a stack, and that every file is as it was and no other was left behind.
 */
export function refuses(cases: readonly BadInput[]): void {
  it.each(cases)('$name', async ({ files = {}, prepare, argv, code, message }) => {
    const folder = mkdtempSync(join(root, 'case-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    prepare?.(folder);
    const before = snapshot(folder);
    const ran = await runMain(argv.map((argument) => argument.replaceAll('{dir}', folder)));
    const errors = ran.err.split('\n').filter((line) => line.startsWith('error '));
    const said = errors.join('\n').replace('error ', '').replaceAll(folder, '{dir}');
    if (typeof message === 'string') expect(said, ran.err).toBe(message);
    else {
      expect(message.source).toMatch(/^\^.*\$$/);
      expect(said, ran.err).toMatch(message);
    }
    expect(errors).toHaveLength(1);
    expect(ran.err).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(code);
    expect(snapshot(folder)).toEqual(before);
  });
}

/** Every file below a folder with its content. */
export function snapshot(folder: string): Record<string, string> {
  return Object.fromEntries(
    (readdirSync(folder, { recursive: true }) as string[])
      .sort()
      .map((path) => [
        path,
        statSync(join(folder, path)).isDirectory() ? '' : readFileSync(join(folder, path), 'latin1'),
      ]),
  );
}
