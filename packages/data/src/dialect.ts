import type { Dialect } from '@ctrflow/features';

const DELIMITERS = [',', '\t', ';', '|'] as const;

/** Fields of one line of delimited text, quotes removed. */
export function splitLine(line: string, delimiter: string, quote = '"'): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quoted) {
      if (char !== quote) field += char;
      else if (line[i + 1] === quote) field += line[++i];
      else quoted = false;
    } else if (char === quote && field.trim() === '') {
      quoted = true;
      field = '';
    } else if (char === delimiter) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  return [...fields, field];
}

/** Whether a quoted field goes on in the next line, after a line that began inside of one or not. */
export function endsQuoted(line: string, delimiter: string, quote: string, inside: boolean): boolean {
  if (!inside && !line.includes(quote)) return false;
  let [quoted, atStart] = [inside, !inside];
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quoted) {
      if (char !== quote) continue;
      if (line[i + 1] === quote) i++;
      else quoted = false;
    } else if (char === quote && atStart) quoted = true;
    else atStart = char === delimiter || (atStart && char === ' ');
  }
  return quoted;
}

/**
 * Finds the delimiter of the first lines of a file: the one that cuts most lines into the same number of fields, more than one. A few ragged lines therefore do not make
 * a file one column wide.
 */
export function sniffDelimiter(lines: readonly string[]): string {
  const scores = DELIMITERS.map((delimiter) => {
    const counts = new Map<number, number>();
    for (const line of lines) {
      const width = splitLine(line, delimiter).length;
      if (width > 1) counts.set(width, (counts.get(width) ?? 0) + 1);
    }
    const [width, agreeing] = [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [1, 0]);
    return { delimiter, width, agreeing };
  });
  const best = scores.reduce((one, other) =>
    other.agreeing > one.agreeing || (other.agreeing === one.agreeing && other.width > one.width) ? other : one,
  );
  return best.agreeing === 0 ? ',' : best.delimiter;
}

/** What is known of a dialect beforehand. */
export type DialectOptions = Partial<Dialect>;

/**
 * The dialect of a file from its first lines. A header is a first line that holds one of the `expectedNames` (the label), or else one whose cells are all different and none a number.
 */
export function sniffDialect(
  lines: readonly string[],
  options: DialectOptions,
  expectedNames: readonly string[],
): Dialect {
  const { comment, names, quote = '"' } = options;
  const content = lines.filter((line) => line.trim() !== '' && (comment === undefined || !line.startsWith(comment)));
  const delimiter = options.delimiter ?? sniffDelimiter(content);
  const first = splitLine(content[0] ?? '', delimiter, quote).map((cell) => cell.trim().replace(/^\uFEFF/, ''));
  const header = options.header ?? looksLikeHeader(first, names, expectedNames);
  return {
    delimiter,
    quote,
    header,
    ...(comment === undefined ? {} : { comment }),
    names: names ?? (header ? first : first.map((_, i) => `column${i + 1}`)),
  };
}

function looksLikeHeader(
  first: readonly string[],
  names: readonly string[] | undefined,
  expectedNames: readonly string[],
): boolean {
  if (names !== undefined) return names.join() === first.join();
  if (expectedNames.some((name) => first.includes(name))) return true;
  return new Set(first).size === first.length && first.every((cell) => cell !== '' && Number.isNaN(Number(cell)));
}
