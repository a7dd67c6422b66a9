import { checkOneOf } from '@ctrflow/core';
import { commonModelOptions, modelCatalog } from '@ctrflow/zoo/catalog';
import type { CatalogEntry, ModelOption } from '@ctrflow/zoo/catalog';
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
  run({ who, io, operands, options }) {
    const [name] = operands;
    const shown = name === undefined ? modelCatalog : [entryOf(who, name)];
    if (options.json === true) {
      io.out.write(`${JSON.stringify({ models: shown, commonOptions: commonModelOptions })}\n`);
      return Promise.resolve(undefined);
    }
    const paint = paintFor(io.out, io.env);
    for (const { name: model, package: packageName, summary, paper } of shown)
      io.out.write(`${paint('bold', model)}  ${paint('dim', packageName)}\n  ${summary}\n  ${paper}\n\n`);
    if (name === undefined) io.out.write('ctrflow models NAME shows the options of a model.\n');
    else writeOptions(shown[0], io, paint);
    return Promise.resolve(undefined);
  },
});

function entryOf(who: string, name: string): CatalogEntry {
  const known = modelCatalog.map((entry) => entry.name);
  checkOneOf(who, 'the model', name, known);
  return modelCatalog[known.indexOf(name)];
}

function writeOptions({ name, options }: CatalogEntry, { out }: Io, paint: Paint): void {
  const section = (title: string, shown: readonly ModelOption[]): void => {
    out.write(`${title}:\n`);
    for (const option of shown) {
      out.write(`  ${paint('bold', `--${kebabCase(option.name)}`)} ${placeholderOf(option)}\n`);
      out.write(wrap(option.text, { width: Math.max(40, out.columns), indent: '      ' }));
    }
  };
  if (options.length > 0) {
    section(`Options of ${name}, for train and compare`, options);
    out.write('\n');
  }
  section('Options of every model', commonModelOptions);
}

function placeholderOf({ default: value, choices }: ModelOption): string {
  if (choices !== undefined) return `<${choices.join('|')}>`;
  if (typeof value === 'boolean') return '<true|false>';
  return Array.isArray(value) ? '<n,n,...>' : '<x>';
}
