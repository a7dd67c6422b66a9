import { resolve } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readOptions } from './read';

/** The module of the zoo that this tool writes. */
export const modulePath = resolve(import.meta.dirname, '../../../packages/zoo/src/model-options.ts');

/** The text of the module, from the sources as they are. */
export async function moduleText(): Promise<string> {
  const { common, own } = readOptions();
  const text = `// Written by \`npm run model-options\` from the comments of the options.
import type { ModelOption } from './model-option';

/** Options that all models have. */
export const commonModelOptions: readonly ModelOption[] = ${JSON.stringify(common)};

/** Options of each model, by its name. */
export const ownOptions: Readonly<Record<string, readonly ModelOption[]>> = ${JSON.stringify(own)};
`;
  return format(text, { ...(await resolveConfig(modulePath)), parser: 'typescript' });
}
