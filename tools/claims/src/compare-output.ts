/** A line that a document claims, and what was printed in its place. */
export interface Difference {
  readonly claimed: string;
  /** The nearest line; undefined where no line has these words. */
  readonly printed?: string;
}

/** A duration, or a speed: they differ from run to run. */
const time = /(?<![\w.])(?:[\d.,]+|\.\.\.) ?(?:ms|s|min|h|rows\/s)(?![\w/])(?: [\d.]+ (?:s|min))?/g;
const number = /(?<![\w.])[+-]?\d[\d,]*(?:\.\d+)?(?:e[+-]?\d+)?/g;

/** The words of a line, with `#` for numbers and `<time>` for times, and its numbers. */
function parsed(line: string): { readonly words: string; readonly numbers: readonly number[] } {
  const timeless = line.trim().replace(time, '<time>').replace(/-{3,}/g, '---');
  const numbers = [...timeless.matchAll(number)].map(([text]) => Number(text.replaceAll(',', '')));
  return { words: timeless.replace(number, '#').replace(/\s+/g, ' '), numbers };
}

/**
 * Lines of a claim that were not printed: the words are to be equal, numbers to differ by `within` at most, times may be any.
 * Each printed line stands for one claimed line.
 */
export function differences(claimed: readonly string[], output: string, within: number): Difference[] {
  const printed = output.split('\n').map((line) => ({ line, ...parsed(line), used: false }));
  return claimed.flatMap((line) => {
    const { words, numbers } = parsed(line);
    const alike = printed.filter((candidate) => !candidate.used && candidate.words === words);
    const furthest = (others: readonly number[]): number =>
      Math.max(0, ...numbers.map((value, i) => Math.abs(value - others[i])));
    const [nearest] = alike.sort((a, b) => furthest(a.numbers) - furthest(b.numbers));
    if (nearest === undefined) return [{ claimed: line }];
    nearest.used = true;
    // Decimals are no binary fractions: 0.8174 - 0.8173 is a little more than 0.0001.
    return furthest(nearest.numbers) <= within * (1 + 1e-9) ? [] : [{ claimed: line, printed: nearest.line }];
  });
}

/** How many numbers a claim states. */
export function countNumbers(claimed: readonly string[]): number {
  return claimed.reduce((sum, line) => sum + parsed(line).numbers.length, 0);
}
