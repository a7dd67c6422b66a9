import { ConfigError, DataError, checkObject, checkTexts, expected, recordOf } from '@ctrflow/core';
import type { Dialect, RawTable, TextColumn } from '@ctrflow/features';
import { checkDialect } from './check-dialect';
import { sniffDialect } from './dialect';
import type { DialectOptions } from './dialect';

/** Options of {@link tableFromCsv}. */
export interface CsvOptions extends DialectOptions {
  /** Names that a header must hold, such as the label: they tell a header from a first row. */
  readonly expectedNames?: readonly string[];
}

/** Rows of a text and how it is written. */
export interface CsvTable extends RawTable {
  readonly columns: Readonly<Record<string, TextColumn>>;
  /** For `SchemaSpec.dialect`, so that the next file is read the same way. */
  readonly dialect: Dialect;
}

/**
 * Reads delimited text without any library, for browsers and small files: quotes, line breaks in quotes, CRLF, a byte order mark, comment lines, no header. Texts stay texts,
 * an empty one that is not quoted is a missing value.
 *
 * @example
 * const table = tableFromCsv('city,click\nRome,1\nOslo,0\n');
 * const schema = await fitSchema({ fields: [{ name: 'city', kind: 'categorical' }], label: { column: 'click' } }, [table]);
 * const rows = rowsInMemory(schema.encode(table));
 * @throws DataError with the line for a row of another length, or a quote that is not closed
 */
export function tableFromCsv(text: string, options: CsvOptions = {}): CsvTable {
  if (typeof text !== 'string') throw new ConfigError(expected('tableFromCsv', 'the text of a file', text));
  checkObject('tableFromCsv', 'an object of options', options);
  const { expectedNames = [], ...known } = options;
  checkTexts('tableFromCsv', 'expectedNames', expectedNames);
  checkDialect(known);
  const source = text.replace(/^\uFEFF/, '');
  const dialect = sniffDialect(source.slice(0, 100_000).split(/\r\n|\n|\r/, 200), known, expectedNames);
  const names = dialect.names ?? [];
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw new DataError(expected('tableFromCsv', 'column names that differ', `"${twice}" twice`));
  const builders = names.map(() => new ColumnBuilder());
  let expectHeader = dialect.header;
  for (const { fields, line } of records(source, dialect)) {
    if (fields.length !== names.length)
      throw new DataError(expected('tableFromCsv', `${names.length} fields`, fields.length), { line });
    if (expectHeader) expectHeader = false;
    else fields.forEach((field, i) => { builders[i].add(field); }); // prettier-ignore
  }
  const columns = recordOf(names.map((name, i) => [name, builders[i].finish()]));
  const numRows = columns[names[0]].codes.length;
  if (numRows === 0) throw new DataError(expected('tableFromCsv', 'rows', 'none'));
  return { numRows, columns, dialect };
}

interface CsvRecord {
  readonly fields: readonly (string | null)[];
  /** Its first line, from 1. */
  readonly line: number;
}

/** Records of a text, without blank and comment lines. */
function* records(text: string, { delimiter, quote, comment }: Dialect): Generator<CsvRecord> {
  let [at, line] = [0, 1];
  while (at < text.length) {
    const first = line;
    if (isBreak(text, at) || (comment !== undefined && text.startsWith(comment, at))) {
      while (at < text.length && !isBreak(text, at)) at++;
      at += breakLength(text, at);
      line++;
      continue;
    }
    const fields: (string | null)[] = [];
    for (;;) {
      const blanks = blanksAt(text, at, delimiter);
      if (text[at + blanks] === quote) {
        const { value, end } = quoted(text, at + blanks + 1, quote, first);
        for (let i = at; i < end; i++) if (text[i] === '\n') line++;
        const rest = unquotedEnd(text, end, delimiter);
        fields.push(value + text.slice(end, rest).trimEnd());
        at = rest;
      } else {
        const end = unquotedEnd(text, at, delimiter);
        fields.push(end === at ? null : text.slice(at, end));
        at = end;
      }
      if (text[at] !== delimiter) break;
      at += delimiter.length;
    }
    yield { fields, line: first };
    at += breakLength(text, at);
    line++;
  }
}

function quoted(text: string, from: number, quote: string, line: number): { value: string; end: number } {
  let value = '';
  for (let at = from; ;) {
    const close = text.indexOf(quote, at);
    if (close < 0)
      throw new DataError(expected('tableFromCsv', 'a quote that is closed', text.slice(from - 1, from + 40)), {
        line,
      });
    value += text.slice(at, close);
    if (text[close + 1] !== quote) return { value, end: close + 1 };
    value += quote;
    at = close + 2;
  }
}

function blanksAt(text: string, at: number, delimiter: string): number {
  let end = at;
  while (text[end] === ' ' && delimiter !== ' ') end++;
  return end - at;
}

function unquotedEnd(text: string, from: number, delimiter: string): number {
  let end = from;
  while (end < text.length && text[end] !== delimiter && !isBreak(text, end)) end++;
  return end;
}

function isBreak(text: string, at: number): boolean {
  return text[at] === '\n' || text[at] === '\r';
}

function breakLength(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? 2 : 1;
}

class ColumnBuilder {
  private readonly dictionary: (string | null)[] = [];
  private readonly codeOf = new Map<string | null, number>();
  private readonly codes: number[] = [];

  add(value: string | null): void {
    let code = this.codeOf.get(value);
    if (code === undefined) {
      code = this.dictionary.push(value) - 1;
      this.codeOf.set(value, code);
    }
    this.codes.push(code);
  }

  finish(): TextColumn {
    return { kind: 'text', dictionary: this.dictionary, codes: Int32Array.from(this.codes) };
  }
}
