import type { Option } from '@ctrflow/core';

/** An option of a model as plain data. */
export interface ModelOption {
  /** Name in code and config files; on a command line `--kebab-case`. */
  readonly name: string;
  /** What it does, with its default. */
  readonly text: string;
  /** What holds where the user says nothing. */
  readonly default: string | number | boolean | readonly number[];
  /** What stands for a value in help, such as `<n>`. */
  readonly placeholder: string;
  /** The words that it may be, where it is one of some. */
  readonly choices?: readonly string[];
}

/** What the declaration of an option says. */
export function describeOption(name: string, option: Option<unknown, unknown>): ModelOption {
  const { doc, placeholder, choices } = option;
  const standard = option.default as ModelOption['default'];
  const shown = typeof standard === 'object' ? `[${standard.join(', ')}]` : String(standard);
  return { name, text: `${doc} Default: ${shown}.`, default: standard, placeholder, ...(choices && { choices }) };
}
