import { dirname } from 'node:path';
import { ConfigError } from '@ctrflow/core';
import { tryFolder } from '@ctrflow/core/node';
import { defineCommand } from '../args/command';
import { fileOptions, outputOptions } from '../args/data-options';
import { grouped, text, texts } from '../args/option';
import { engineOptions, engineRules } from '../args/training-options';
import { formatCount } from '../output/format';
import { createProgress } from '../output/progress';

const { delimiter, names, comment } = fileOptions;

/** `ctrflow predict`: a score for every row of a file. */
export const predictCommand = defineCommand({
  name: 'predict',
  summary: 'score the rows of a file with a trained model',
  operands: ['<run>', '<file>'],
  options: {
    ...grouped('Scores', {
      out: text('<file>', 'where to write: .csv, .jsonl or .parquet'),
      keep: texts('<a,b,...>', 'columns to keep beside the score (default all)'),
      scoreColumn: text('<name>', 'name of the new column; of several targets what follows TARGET_ (default score)'),
    }),
    ...{ delimiter, names, comment },
    ...engineOptions,
    ...outputOptions,
  },
  rules: engineRules,
  examples: [
    'ctrflow predict runs/deepfm new.csv --out scores.csv',
    'ctrflow predict runs/deepfm new.csv.gz --out scores.parquet --keep user_id,item_id',
  ],
  async run({ who, io, operands: [run, file], options }) {
    const { out } = options;
    if (out === undefined) throw new ConfigError(`${who}: expected a file to write, got none; give --out scores.csv`);
    const { requireNotRead } = await import('@ctrflow/data/node');
    await requireNotRead(who, out, file); // before anything is scored
    await tryFolder(dirname(out));
    const { engineOf } = await import('../steps/fit-settings');
    const engine = engineOf(who, options);
    const { loadRun } = await import('../steps/run-folder');
    const { openRows, writeScores } = await import('@ctrflow/data/node');
    const { predictedColumns } = await import('../steps/predicted-columns');
    const { dialectOf } = await import('../steps/data-options');
    const { printJson } = await import('../steps/summary');

    const progress = createProgress(io, { quiet: options.quiet === true });
    const model = await loadRun(run);
    const dialect = dialectOf(options);
    const rows = await openRows(file, model.schema, { dialect });
    const { keep, scoreColumn = 'score' } = options;
    const scores = await predictedColumns(model, rows, scoreColumn, {
      engine,
      onProgress: (done) => {
        progress.update({ label: 'score', done, total: rows.numRows });
      },
    });
    progress.clear();
    await writeScores(file, scores, out, { spec: model.schema.spec, dialect, ...(keep && { columns: keep }) });
    if (options.json === true) printJson(io, { model: model.name, rows: rows.numRows, file: out });
    else progress.log(`${out}: ${formatCount(rows.numRows)} rows scored by ${model.name}`);
    return undefined;
  },
});
