import { presets } from '@ctrflow/presets';
import { defineCommand } from '../args/command';
import { flag } from '../args/option';
import { formatCount, formatMetric } from '../output/format';
import { renderTable } from '../output/table';

/** `ctrflow presets`: published settings that can be repeated. */
export const presetsCommand = defineCommand({
  name: 'presets',
  summary: 'list published settings, with the results that they gave',
  operands: [],
  options: { json: flag('print one JSON object') },
  examples: [
    'ctrflow presets',
    'ctrflow presets --json',
    'ctrflow train --preset barsctr/frappe_x1/deepfm --data FOLDER',
  ],
  run({ io, options }) {
    if (options.json === true) {
      io.out.write(`${JSON.stringify({ presets })}\n`);
      return Promise.resolve(undefined);
    }
    const table = renderTable(
      [
        { title: 'preset' },
        { title: 'published AUC', align: 'right' },
        { title: 'log loss', align: 'right' },
        { title: 'rows to train', align: 'right' },
        { title: 'parameters', align: 'right' },
      ],
      presets.map(({ name, published, dataSet }) => [
        name,
        formatMetric(published.auc),
        formatMetric(published.logLoss),
        formatCount(dataSet.numRows.train),
        formatCount(published.parameters),
      ]),
    );
    const sets = [...new Set(presets.map(({ dataSet }) => dataSet))];
    const width = Math.max(...sets.map(({ name }) => name.length));
    const summaries = sets.map(({ name, summary }) => `${name.padEnd(width)}  ${summary}\n`);
    io.out.write(`${table}\n${summaries.join('')}\nctrflow train --preset NAME --data FOLDER trains with one of them and sets the result beside the published one.\n`); // prettier-ignore
    return Promise.resolve(undefined);
  },
});
