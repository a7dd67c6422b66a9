import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Dialect } from '@ctrflow/features';
import { textBytes } from './text-bytes';

/** Bytes of a record at most; DuckDB drops one that is longer than its buffer without a word, and its neighbours may go with it. */
export const MAX_RECORD_BYTES = 2_000_000;

/** A record that is too long: where it begins and ends, its line break included. */
export interface LongRecord {
  readonly from: number;
  to: number;
  /** Its first line, from 1. */
  readonly line: number;
  readonly numLines: number;
}

const [LF, CR, SPACE] = [0x0a, 0x0d, 0x20];
const BYTE_ORDER_MARK_BYTES = 3;

/**
 * Finds records that are too long, by reading the bytes: a line break ends a record unless it is in quotes, and quotes open at the beginning of a field.
 *
 * @param maxRecords - how many records are looked at
 */
export async function longRecords(path: string, dialect: Dialect, maxRecords = Infinity): Promise<LongRecord[]> {
  const reader = new RecordEnds(dialect);
  for await (const bytes of textBytes(path)) {
    reader.read(bytes);
    if (reader.numRecords > maxRecords) return reader.long;
  }
  reader.finish();
  return reader.long;
}

type State = 'outside' | 'quoted' | 'quote in quotes' | 'comment';

/** Follows records through pieces of a file. */
class RecordEnds {
  readonly long: LongRecord[] = [];
  /** Records with something in them, comments left out. */
  numRecords = 0;
  private state: State = 'outside';
  private atFieldStart = true;
  private last = LF;
  /** Bytes read before this piece. */
  private before = 0;
  private from = 0;
  private line = 1;
  private firstLine = 1;
  private readonly quote: number;
  private readonly comment: number;
  private readonly delimiterEnd: number;

  constructor({ quote, comment = '', delimiter }: Dialect) {
    this.quote = byteOf(quote);
    this.comment = byteOf(comment);
    this.delimiterEnd = Buffer.from(delimiter).at(-1) ?? -1;
  }

  read(bytes: Buffer): void {
    const { quote, comment, delimiterEnd } = this;
    let { state, atFieldStart, last } = this;
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === LF && last === CR) {
        // the second half of one line break
        this.lineFeedAt(this.before + i);
      } else if (byte === LF || byte === CR) {
        this.line++;
        if (state === 'quoted') {
          // goes on in the next line
        } else {
          this.end(this.before + i + 1, state === 'comment');
          [state, atFieldStart] = ['outside', true];
        }
      } else if (state === 'quoted') {
        if (byte === quote) state = 'quote in quotes';
      } else if (state === 'quote in quotes' && byte === quote) {
        state = 'quoted';
      } else if (state !== 'comment') {
        if (byte === comment && this.from === this.before + i) state = 'comment';
        else if (byte === quote && atFieldStart) state = 'quoted';
        else {
          state = 'outside';
          atFieldStart = byte === delimiterEnd || (atFieldStart && (byte === SPACE || this.before + i < BYTE_ORDER_MARK_BYTES)); // prettier-ignore
        }
      }
      last = byte;
    }
    this.before += bytes.length;
    [this.state, this.atFieldStart, this.last] = [state, atFieldStart, last];
  }

  finish(): void {
    if (this.before > this.from) this.end(this.before, this.state === 'comment');
  }

  /** The second half of a line break belongs to the record that it ends. */
  private lineFeedAt(at: number): void {
    if (this.from !== at) return;
    this.from++;
    const last = this.long.at(-1);
    if (last?.to === at) last.to++;
  }

  private end(to: number, isComment: boolean): void {
    const { from, firstLine, line } = this;
    if (to - from > MAX_RECORD_BYTES) this.long.push({ from, to, line: firstLine, numLines: Math.max(1, line - firstLine) }); // prettier-ignore
    if (to - from > 1 && !isComment) this.numRecords++;
    [this.from, this.firstLine] = [to, line];
  }
}

function byteOf(character: string): number {
  return character === '' ? -1 : Buffer.from(character)[0];
}

/** Bytes of a long record that are shown. */
const SHOWN_BYTES = 1000;

/** Copies a text without some of its records, and returns where it is and the beginning of each record that was left out. */
export async function withoutRecords(
  path: string,
  left: readonly LongRecord[],
  folder: string,
): Promise<{ readonly path: string; readonly beginnings: readonly string[] }> {
  const beginnings: Buffer[][] = left.map(() => []);
  async function* rest(): AsyncGenerator<Buffer> {
    let [at, next] = [0, 0];
    for await (const bytes of textBytes(path)) {
      const end = at + bytes.length;
      while (at < end) {
        const start = end - bytes.length;
        const record = left[next];
        if (record === undefined || record.from >= end) {
          yield bytes.subarray(at - start);
          at = end;
        } else if (record.from > at) {
          yield bytes.subarray(at - start, record.from - start);
          at = record.from;
        } else {
          const shown = Math.min(end, record.from + SHOWN_BYTES);
          if (shown > at) beginnings[next].push(Buffer.from(bytes.subarray(at - start, shown - start)));
          at = Math.min(end, record.to);
          if (at === record.to) next++;
        }
      }
    }
  }
  const copy = join(folder, 'shortened.csv');
  await pipeline(rest, createWriteStream(copy));
  return { path: copy, beginnings: beginnings.map((pieces) => Buffer.concat(pieces).toString('utf8')) };
}
