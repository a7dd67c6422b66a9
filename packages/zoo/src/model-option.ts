/** What is known of an option of a model without loading it. */
export interface ModelOption {
  /** Name in code and config files; on a command line `--kebab-case`. */
  readonly name: string;
  /** What it does, with its default. */
  readonly text: string;
  /** What holds where the user says nothing. */
  readonly default: string | number | boolean | readonly number[] | undefined;
  /** The words that it may be, where it is one of some. */
  readonly choices?: readonly string[];
}
