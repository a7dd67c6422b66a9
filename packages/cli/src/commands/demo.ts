import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../args/command';
import { grouped, integer, text } from '../args/option';
import { formatCount } from '../output/format';
import { shellCommand } from '../output/shell-command';

/** Chosen on the validation part of the shop; see docs/results.md. Every row of the tables decays at every step, for most pairs of values mean nothing. */
const settings = [
  ...['--models', 'lr,fm,deepfm', '--embedding-dim', '32', '--embedding-std-dev', '0.05'],
  ...['--hidden-units', '32,16', '--dropout', '0.2'],
  ...['--table-optimizer', 'dense-adam', '--l2-embedding', '0.0002', '--l2-net', '0.0003'],
  ...['--batch-size', '1024', '--epochs', '6', '--learning-rate', '0.005', '--schedule', 'cosine'],
];

/** `ctrflow demo`, what `npm start` runs: a shop whose truth is known, three models, one table, reports. */
export const demoCommand = defineCommand({
  name: 'demo',
  summary: 'generate a shop, train three models on it and compare them with the best possible one',
  operands: [],
  options: {
    ...grouped('Demo', {
      rows: integer('interactions (default 200,000)', { min: 1000 }),
      out: text('<folder>', 'where everything is written (default runs/demo)'),
    }),
  },
  examples: ['ctrflow demo', 'ctrflow demo --rows 20000 --out /tmp/demo'],
  async run({ io, options: { rows = 200_000, out } }) {
    const { main } = await import('../main');
    const folder = out ?? freeFolder('runs/demo');
    const shop = join(folder, 'shop');
    const file = join(shop, 'interactions.csv');
    const schema = join(shop, 'schema.json');
    const steps = [
      ['datagen', '--preset', 'shop-v1', '--rows', String(rows), '--out', shop],
      ['compare', file, '--schema', schema, ...settings, '--out', folder],
    ];
    io.err.write(
      `A shop of ${formatCount(rows)} interactions whose true click probabilities are known, and three models that learn from it.\n`,
    );
    for (const step of steps) {
      io.err.write(`$ ${shellCommand(['ctrflow', ...step])}\n`);
      const code = await main(step, io);
      if (code !== 0) return code;
    }
    io.out.write(`\nModels and reports are in ${folder}; open ${join(folder, 'report.html')}.\n`);
    io.out.write(
      'The same on a file of yours:\n  ctrflow compare clicks.csv --label click --models lr,fm,deepfm --out runs/clicks\n',
    );
    return 0;
  },
});

/** A folder that holds no demo yet. */
function freeFolder(wanted: string): string {
  for (let i = 2, folder = wanted; ; i++) {
    if (!existsSync(folder)) return folder;
    folder = `${wanted}-${i}`;
  }
}
