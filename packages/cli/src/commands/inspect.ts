import { stat } from 'node:fs/promises';
import { ConfigError } from '@ctrflow/core';
import { defineCommand } from '../args/command';
import { dataRules, fileOptions, outputOptions, schemaOptions, splitOptions } from '../args/data-options';
import { without } from '../args/option';
import { kebabCase } from '../output/format';

const { delimiter, names, comment, nullValues } = fileOptions;
const { label, targets, positive, dropColumns } = schemaOptions;

/** A run and a schema say themselves what their columns mean. */
function refuseOptions(who: string, what: string, options: Readonly<Record<string, unknown>>): void {
  const [given] = Object.keys(options);
  if (given === undefined) return;
  throw new ConfigError(
    `${who}: expected no --${kebabCase(given)} for ${what}: it is about files of rows; leave it out`,
  );
}

/** `ctrflow inspect`: what is in a file, a schema or a run. */
export const inspectCommand = defineCommand({
  name: 'inspect',
  summary: 'show what is in a file, a schema or a run',
  operands: ['<file-schema-or-run>'],
  options: {
    ...{ delimiter, names, comment, nullValues, label, targets, positive, dropColumns, limit: splitOptions.limit },
    json: outputOptions.json,
  },
  rules: dataRules,
  examples: [
    'ctrflow inspect clicks.csv --label click',
    'ctrflow inspect clicks.csv --label click --json > schema.json',
    'ctrflow inspect runs/deepfm',
  ],
  async run({ who, io, operands: [path], options }) {
    const steps = await import('../steps/inspect');
    const isFolder = await stat(path).then(
      (found) => found.isDirectory(),
      () => false, // not a file of that name: a glob or a member of an archive
    );
    if (isFolder || path.endsWith('schema.json'))
      refuseOptions(who, isFolder ? 'a run' : 'a schema', without(options, ['json']));
    if (isFolder) io.out.write(await steps.inspectRun(path, options.json === true));
    else if (path.endsWith('schema.json')) io.out.write(await steps.inspectSchema(path, options.json === true));
    else io.out.write(await steps.inspectFile(who, path, options));
    return undefined;
  },
});
