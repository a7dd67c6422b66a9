import { modelCatalog } from '@ctrflow/zoo/catalog';
import { defineCommand } from '../args/command';
import { flag } from '../args/option';
import { paintFor } from '../output/colors';

/** `ctrflow models`: what can be trained. */
export const modelsCommand = defineCommand({
  name: 'models',
  summary: 'list the models, with their papers and packages',
  operands: [],
  options: { json: flag('print one JSON object') },
  examples: ['ctrflow models', 'ctrflow models --json'],
  run({ io, options }) {
    if (options.json === true) {
      io.out.write(`${JSON.stringify({ models: modelCatalog })}\n`);
      return Promise.resolve(undefined);
    }
    const paint = paintFor(io.out, io.env);
    for (const { name, package: packageName, summary, paper } of modelCatalog)
      io.out.write(`${paint('bold', name)}  ${paint('dim', packageName)}\n  ${summary}\n  ${paper}\n\n`);
    return Promise.resolve(undefined);
  },
});
