import { defineCommand } from '../args/command';
import { fileOptions, outputOptions } from '../args/data-options';
import { flag, grouped } from '../args/option';
import { engineOptions, engineRules } from '../args/training-options';
import { formatCount } from '../output/format';
import type { ScoredTarget } from '@ctrflow/training';
import { createProgress } from '../output/progress';

const { delimiter, names, comment } = fileOptions;

/** `ctrflow evaluate`: how good a trained model is on other rows. */
export const evaluateCommand = defineCommand({
  name: 'evaluate',
  summary: 'measure a trained model on a file with labels',
  operands: ['<run>', '<file>'],
  options: {
    ...grouped('Explanation', { importance: flag('AUC lost when the values of a field are shuffled, field by field') }),
    ...{ delimiter, names, comment },
    ...engineOptions,
    ...outputOptions,
  },
  rules: engineRules,
  examples: ['ctrflow evaluate runs/deepfm tomorrow.csv', 'ctrflow evaluate runs/deepfm tomorrow.csv --importance'],
  async run({ who, io, operands: [run, file], options }) {
    const { intervalOf } = await import('../steps/auc-interval');
    const { engineOf } = await import('../steps/fit-settings');
    const engine = engineOf(who, options);
    const { loadRun } = await import('../steps/run-folder');
    const { openRows } = await import('@ctrflow/data/node');
    const { metricsOfTargets, permutationImportance, scoreTargets } = await import('@ctrflow/training');
    const { dialectOf } = await import('../steps/data-options');
    const { metricLines, printJson, renderImportance } = await import('../steps/summary');

    const progress = createProgress(io, { quiet: options.quiet === true });
    const model = await loadRun(run);
    const rows = await openRows(file, model.schema, { dialect: dialectOf(options), requireLabel: true });
    const scored = await scoreTargets(model, rows, {
      engine,
      onProgress: (done) => {
        progress.update({ label: 'score', done, total: rows.numRows });
      },
    });
    const metrics = metricsOfTargets(scored, model.schema);
    const main = scored[model.schema.targets[0].name] as ScoredTarget | undefined;
    const importance =
      options.importance === true
        ? await permutationImportance(model, rows, {
            engine,
            onProgress: (done, total) => {
              progress.update({ label: 'importance of fields', done, total });
            },
          })
        : undefined;
    progress.clear();
    const interval = main?.kind === 'binary' ? intervalOf(main) : undefined;
    if (options.json === true) {
      printJson(io, {
        model: model.name,
        rows: rows.numRows,
        ...metrics,
        ...(interval && { aucInterval: { low: interval.low, high: interval.high } }),
        ...(importance && { importance }),
      });
      return undefined;
    }
    const lines = metricLines(metrics);
    const shown = lines.length === 1 ? ` ${lines[0]}` : lines.map((line) => `\n  ${line}`).join('');
    io.out.write(`${model.name} on ${formatCount(rows.numRows)} rows:${shown}\n`);
    if (interval !== undefined)
      io.out.write(
        `${lines.length === 1 ? '' : `${model.schema.targets[0].name} `}AUC between ${interval.low.toFixed(4)} and ${interval.high.toFixed(4)} with 95 % confidence\n`,
      );
    if (importance !== undefined) io.out.write(`\n${renderImportance(importance)}`);
    return undefined;
  },
});
