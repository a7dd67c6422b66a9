import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../args/command';
import { grouped, integer, text } from '../args/option';

/** Small enough for plain tfjs on two cores: the whole demo takes less than three minutes. */
const settings =
  '--models lr,fm,deepfm --embedding-dim 8 --embedding-std-dev 0.01 --hidden-units 32,16 --dropout 0.1 --batch-size 1024 --epochs 5 --learning-rate 0.003 --l2-embedding 0.0001';

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
      `datagen --preset shop-v1 --rows ${rows} --out ${shop}`,
      `compare ${file} --schema ${schema} ${settings} --out ${folder}`,
    ];
    for (const step of steps) {
      io.err.write(`$ ctrflow ${step}\n`);
      const code = await main(step.split(' '), io);
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
