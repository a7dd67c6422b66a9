import { dirname } from 'node:path';
import { ConfigError } from '@ctrflow/core';
import { tryFolder } from '@ctrflow/core/node';
import { defineCommand } from '../args/command';
import { outputOptions } from '../args/data-options';
import { choice, grouped, text } from '../args/option';
import { formatBytes } from '../output/format';
import { renderTable } from '../output/table';

/** `ctrflow export`: a trained model as one file for other runtimes. */
export const exportCommand = defineCommand({
  name: 'export',
  summary: 'write a trained model as one ONNX file',
  operands: ['<run>'],
  options: {
    ...grouped('Export', {
      out: text('<file>', 'where to write: a path that ends with .onnx'),
      inputs: choice(
        ['ids', 'raw'],
        "ids: what the schema's encoding gives (default); raw: texts and numbers of the data",
      ),
    }),
    json: outputOptions.json,
  },
  examples: ['ctrflow export runs/deepfm --out deepfm.onnx --inputs raw'],
  async run({ who, io, operands: [run], options: { out, inputs, json } }) {
    if (out === undefined) throw new ConfigError(`${who}: expected a file to write, got none; give --out model.onnx`);
    await tryFolder(dirname(out));
    const { loadRun } = await import('../steps/run-folder');
    const { exportOnnx } = await import('@ctrflow/export/node');
    const { printJson } = await import('../steps/summary');
    const model = await loadRun(run);
    const summary = await exportOnnx(model, out, inputs === undefined ? {} : { inputs });
    if (json === true) {
      printJson(io, { model: model.name, ...summary });
      return undefined;
    }
    const files = summary.files.map(({ path, bytes }) => `${path}: ${formatBytes(bytes)}`);
    const rows = (['inputs', 'outputs'] as const).flatMap((side) =>
      summary[side].map(({ name, type, dims }) => [side.slice(0, -1), name, type, `[${dims.join(', ')}]`]),
    );
    const columns = ['', 'name', 'type', 'shape'].map((title) => ({ title }));
    io.out.write(`${files.join('\n')}, ${model.name}\n\n${renderTable(columns, rows)}`);
    return undefined;
  },
});
