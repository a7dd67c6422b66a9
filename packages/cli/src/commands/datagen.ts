import { ConfigError } from '@ctrflow/core';
import { tryFolder } from '@ctrflow/core/node';
import { defineCommand } from '../args/command';
import { outputOptions } from '../args/data-options';
import { choice, flag, grouped, integer, text } from '../args/option';
import { formatCount, formatSeconds } from '../output/format';
import { createProgress } from '../output/progress';

/** `ctrflow datagen`: data whose true probabilities are known. */
export const datagenCommand = defineCommand({
  name: 'datagen',
  summary: 'generate a shop whose true click probabilities are known',
  operands: [],
  options: {
    ...grouped('Shop', {
      preset: text('<name>', 'shop-v1 (default), shop-history-v1, shop-order-v1 or shop-mask-v1'),
      rows: integer('interactions (default 200,000)', { min: 1 }),
      seed: integer('same seed, same shop (default 1)', { min: 0 }),
      format: choice(['csv', 'parquet'], 'how tables are written (default csv)'),
      probabilities: flag('write the true probability of every row, into a file of its own'),
      out: text('<folder>', 'where interactions, users, items, the event log and truth.json are written'),
    }),
    ...outputOptions,
  },
  examples: [
    'ctrflow datagen --preset shop-v1 --rows 200000 --out shop',
    'ctrflow datagen --preset shop-history-v1 --rows 200000 --format parquet --out shop',
  ],
  async run({ who, io, options: { out, preset, rows, seed, format, probabilities, json, quiet } }) {
    if (out === undefined) throw new ConfigError(`${who}: expected a folder to write to, got none; give --out FOLDER`);
    await tryFolder(out);
    const { writeShop } = await import('@ctrflow/datagen/node');
    const progress = createProgress(io, { quiet: quiet === true });
    const written = await writeShop(out, {
      ...(preset !== undefined && { preset }),
      ...(rows !== undefined && { rows }),
      ...(seed !== undefined && { seed }),
      ...(format !== undefined && { format }),
      ...(probabilities !== undefined && { probabilities }),
      onProgress: (done, total) => {
        progress.update({ label: 'generate', done, total });
      },
    });
    progress.clear();
    const { file, clickRate, bestAuc, bestLogLoss, seconds } = written;
    if (json === true) io.out.write(`${JSON.stringify(written)}\n`);
    else
      io.out.write(
        `${file}: ${formatCount(written.rows)} rows in ${formatSeconds(seconds)}, click rate ${(clickRate * 100).toFixed(1)} %, best possible AUC ${bestAuc.toFixed(4)}, log loss ${bestLogLoss.toFixed(4)}\n`,
      );
    return undefined;
  },
});
