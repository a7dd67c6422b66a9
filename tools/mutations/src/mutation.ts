/** A bug to plant: one piece of a source file, found exactly once, becomes another. */
export interface Mutation {
  /** What it breaks: a pass, a kernel, or a part such as `record`. */
  readonly of: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** Test files that must notice. */
  readonly tests: readonly string[];
  /** A pattern for the names of the tests that run; default all of the files. */
  readonly only?: string;
}
