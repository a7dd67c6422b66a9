import { checkOneOf } from '@ctrflow/core';
import type { CatalogEntry, ModelOption } from '@ctrflow/zoo';
import { defineCommand } from '../args/command';
import { flag } from '../args/option';
import type { Io } from '../io';
import { paintFor } from '../output/colors';
import type { Paint } from '../output/colors';
import { kebabCase } from '../output/format';
import { wrap } from '../output/wrap';

/** `ctrflow models`: what can be trained, and the options of one. */
export const modelsCommand = defineCommand({
  name: 'models',
  summary: 'list the models, with their papers and packages, or the options of one',
  operands: ['[model]'],
  options: { json: flag('print one JSON object') },
  examples: ['ctrflow models', 'ctrflow models deepfm', 'ctrflow models --json'],
  async run({ who, io, operands, options }) {
    const { commonModelOptions, modelCatalog } = await import('@ctrflow/zoo');
    const [name] = operands;
    const shown = name === undefined ? modelCatalog : [entryOf(who, name, modelCatalog)];
    if (options.json === true) {
      io.out.write(`${JSON.stringify({ models: shown, commonOptions: commonModelOptions })}\n`);
      return undefined;
    }
    const paint = paintFor(io.out, io.env);
    for (const { name: model, package: packageName, summary, paper } of shown)
      io.out.write(`${paint('bold', model)}  ${paint('dim', packageName)}\n  ${summary}\n  ${paper}\n\n`);
    if (name === undefined) io.out.write('ctrflow models NAME shows the options of a model.\n');
    else writeOptions(shown[0], commonModelOptions, { io, paint });
    return undefined;
  },
});

function entryOf(who: string, name: string, catalog: readonly CatalogEntry[]): CatalogEntry {
  const names = catalog.map((entry) => entry.name);
  checkOneOf(who, 'the model', name, names);
  return catalog[names.indexOf(name)];
}

function writeOptions(
  { name, options }: CatalogEntry,
  commonOptions: readonly ModelOption[],
  { io: { out }, paint }: { readonly io: Io; readonly paint: Paint },
): void {
  const section = (title: string, shown: readonly ModelOption[]): void => {
    out.write(`${title}:\n`);
    for (const option of shown) {
      out.write(`  ${paint('bold', `--${kebabCase(option.name)}`)} ${option.placeholder}\n`);
      out.write(wrap(option.text, { width: Math.max(40, out.columns), indent: '      ' }));
    }
  };
  if (options.length > 0) {
    section(`Options of ${name}, for train and compare`, options);
    out.write('\n');
  }
  section('Options of every model', commonOptions);
}
