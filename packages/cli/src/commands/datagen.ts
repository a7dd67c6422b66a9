import { join } from 'node:path';
import { ConfigError, checkOneOf } from '@ctrflow/core';
import { tryFolder } from '@ctrflow/core/node';
import type { WrittenMock, WrittenShop } from '@ctrflow/datagen/node';
import { defineCommand } from '../args/command';
import { outputOptions } from '../args/data-options';
import { choice, grouped, integer, text } from '../args/option';
import type { Values } from '../args/option';
import type { OptionRules } from '../args/option-rules';
import { formatCount, formatSeconds } from '../output/format';
import { createProgress } from '../output/progress';
import { shellCommand } from '../output/shell-command';

const options = {
  ...grouped('Shop', {
    preset: text(
      '<name>',
      'shop-v1 (default), shop-history-v1, shop-order-v1, shop-mask-v1; or mock: users, items and random interactions, with nothing to learn',
    ),
    rows: integer('interactions (default 200,000; of mock 10,000)', { min: 1 }),
    users: integer('users of mock (default 1000)', { min: 1 }),
    items: integer('items of mock (default 200)', { min: 1 }),
    seed: integer('same seed, same shop (default 1)', { min: 0 }),
    format: choice(['csv', 'parquet'], 'how tables are written (default csv)'),
    out: text(
      '<folder>',
      'where interactions, users, items, the event log, true probabilities, schema.json and truth.json are written',
    ),
  }),
  ...outputOptions,
};

const rules: OptionRules = {
  users: { needs: { preset: ['mock'] }, hint: 'the shops have as many users as they have' },
  items: { needs: { preset: ['mock'] }, hint: 'the shops have as many items as they have' },
};

/** `ctrflow datagen`: data whose true probabilities are known. */
export const datagenCommand = defineCommand({
  name: 'datagen',
  summary: 'generate a shop whose true click probabilities are known',
  operands: [],
  options,
  rules,
  examples: [
    'ctrflow datagen --preset shop-v1 --rows 200000 --out shop',
    'ctrflow datagen --preset shop-history-v1 --rows 200000 --format parquet --out shop',
    'ctrflow datagen --preset mock --users 100 --items 50 --rows 1000 --out mock',
  ],
  async run({ who, io, options: given }) {
    const { out, json, quiet } = given;
    if (out === undefined) throw new ConfigError(`${who}: expected a folder to write to, got none; give --out FOLDER`);
    await tryFolder(out);
    const progress = createProgress(io, { quiet: quiet === true });
    const written = await writeTo(out, who, given, (done, total) => {
      progress.update({ label: 'generate', done, total });
    });
    progress.clear();
    const { file, rows, clickRate, bestAuc, bestLogLoss, seconds } = written;
    if (json === true) {
      io.out.write(`${JSON.stringify(written)}\n`);
      return undefined;
    }
    const best = `best possible AUC ${bestAuc.toFixed(4)}, log loss ${bestLogLoss.toFixed(4)}`;
    io.out.write(
      `${file}: ${formatCount(rows)} rows in ${formatSeconds(seconds)}, click rate ${(clickRate * 100).toFixed(1)} %, ${best}\n`,
    );
    const schema = join(out, 'schema.json');
    const next = shellCommand(['ctrflow', 'train', file, '--schema', schema, '--model', 'deepfm']);
    io.out.write(`train on it: ${next}\n`);
    return undefined;
  },
});

async function writeTo(
  folder: string,
  who: string,
  { preset, rows, users, items, seed, format }: Values<typeof options>,
  onProgress: (rows: number, total: number) => void,
): Promise<WrittenShop | WrittenMock> {
  const { shopPresets } = await import('@ctrflow/datagen');
  const { writeMock, writeShop } = await import('@ctrflow/datagen/node');
  if (preset !== undefined) checkOneOf(who, '--preset', preset, [...Object.keys(shopPresets), 'mock']);
  const common = {
    ...(rows !== undefined && { rows }),
    ...(seed !== undefined && { seed }),
    ...(format !== undefined && { format }),
    onProgress,
  };
  if (preset === 'mock') {
    return writeMock(folder, {
      ...common,
      ...(users !== undefined && { numUsers: users }),
      ...(items !== undefined && { numItems: items }),
    });
  }
  return writeShop(folder, {
    ...common,
    ...(preset !== undefined && { preset }),
  });
}
