import { DataError, expected } from '@ctrflow/core';
import { textBytes } from './text-bytes';

/** Lists and objects within each other at most: DuckDB's time and stack grow with the depth, up to a crash. */
const MAX_DEPTH = 32;
/** DuckDB's own limit of an object. */
const MAX_LINE_BYTES = 16_777_216;

const [LF, QUOTE, BACKSLASH] = [0x0a, 0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** @throws DataError with the line for JSON lines that are too deep or too long */
export async function checkJsonLines(path: string, name: string): Promise<void> {
  let [line, length, depth, quoted, escaped] = [1, 0, 0, false, false];
  for await (const bytes of textBytes(path)) {
    for (const byte of bytes) {
      if (byte === LF) {
        line++;
        [length, depth, quoted, escaped] = [0, 0, false, false];
        continue;
      }
      length++;
      if (quoted) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) quoted = false;
      } else if (byte === QUOTE) quoted = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) depth++;
      else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
      if (depth > MAX_DEPTH)
        throw new DataError(expected('source', `lists and objects at most ${MAX_DEPTH} deep`, 'deeper ones', 'flatten or leave out that column'), { file: name, line }); // prettier-ignore
      if (length > MAX_LINE_BYTES)
        throw new DataError(expected('source', `lines of at most ${MAX_LINE_BYTES} bytes`, 'a longer one'), { file: name, line }); // prettier-ignore
    }
  }
}
