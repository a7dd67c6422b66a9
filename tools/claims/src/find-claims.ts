/** Text of a document that says what a command prints. */
export interface Claim {
  readonly file: string;
  /** Line of the comment, from 1. */
  readonly line: number;
  /** Command lines, run one after the other in one folder; the output is that of all. */
  readonly commands: readonly string[];
  /** Largest difference of two numbers. */
  readonly within: number;
  /** The lines of the block that follows. */
  readonly text: readonly string[];
}

const comment = /^<!-- claim: (.*?)(?:; within ([\d.e-]+))? -->$/;

/**
 * The claims of a Markdown document: `<!-- claim: npm start; within 0.0001 -->` before a block of code. Without `within`
 * numbers are equal. Lines of `...` stand for what is left out.
 *
 * @throws Error for a claim without a block
 */
export function findClaims(file: string, markdown: string): Claim[] {
  const lines = markdown.split('\n');
  return lines.flatMap((line, i) => {
    const found = comment.exec(line.trim());
    if (found === null) return [];
    const rest = lines.slice(i + 1);
    const opening = rest.findIndex((next) => next.trim() !== '');
    const closing = rest.indexOf('```', opening + 1);
    if (opening < 0 || rest[opening] !== '```' || closing < 0)
      throw new Error(`${file}:${i + 1}: expected a block of code after a claim, got ${rest[opening] ?? 'nothing'}`);
    const text = rest.slice(opening + 1, closing).filter((said) => said.trim() !== '' && said.trim() !== '...');
    return [{ file, line: i + 1, commands: found[1].split(' && '), within: Number(found[2] ?? 0), text }];
  });
}
