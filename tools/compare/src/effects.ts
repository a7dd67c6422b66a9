/**
 * What a model gains from an effect of a shop, and that it gains nothing where the effect is switched off: `node --conditions=@ctrflow/source --import=tsx tools/compare/src/effects.ts order
 * [ROWS] [MODEL,MODEL,...]`. Trains each model with five seeds on the shop with the effect and on the same shop without it; prints test AUCs and the mean difference to the first model with its 95 %
 * interval over the seeds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '@ctrflow/data/node';
import type { Dataset } from '@ctrflow/data';
import { shopPreset } from '@ctrflow/datagen';
import type { ShopConfig } from '@ctrflow/datagen';
import { writeShop } from '@ctrflow/datagen/node';
import { adam, fit } from '@ctrflow/training';
import { createModel } from '@ctrflow/zoo';

const seeds = [1, 2, 3, 4, 5];
/** Student's t, 4 degrees of freedom, two-sided 95 %. */
const T = 2.776;

/** An effect by name: the models that are compared, the first one being blind to it. */
const modelsOf: Readonly<Record<string, string>> = {
  order: 'dnn,rnn,dien',
  history: 'deepfm,din',
  mask: 'dnn,masknet',
};

const [effect, rows = '60000', chosen = modelsOf[effect]] = process.argv.slice(2);
if (chosen === undefined)
  throw new Error(`effects: expected one of ${Object.keys(modelsOf).join(', ')}, got ${effect ?? 'nothing'}`);
const models = chosen.split(',');

const preset = shopPreset(`shop-${effect}-v1`);
for (const config of [preset, { ...preset, effects: {} }]) {
  const { data, bestAuc } = await open(config);
  console.log(`${effect} ${config === preset ? 'on' : 'off'}: best possible AUC ${bestAuc.toFixed(4)}`);
  const aucs = new Map<string, number[]>(models.map((name) => [name, []]));
  for (const seed of seeds) {
    for (const name of models) aucs.get(name)!.push(await testAuc(name, data, seed));
    console.log(seed, models.map((name) => `${name} ${aucs.get(name)!.at(-1)!.toFixed(4)}`).join('  '));
  }
  const [first, ...others] = models;
  for (const name of others) console.log(`${name} minus ${first}: ${interval(aucs.get(name)!, aucs.get(first)!)}`);
}

async function open(config: ShopConfig): Promise<{ readonly data: Dataset; readonly bestAuc: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-effects-'));
  try {
    const { file, schema, bestAuc } = await writeShop(folder, { preset: config, rows: Number(rows) });
    const split = { by: 'time', column: 'timestamp', valid: 0.1, test: 0.2 } as const;
    return { data: await openDataset(file, { schema, split }), bestAuc };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function testAuc(name: string, data: Dataset, seed: number): Promise<number> {
  const size = { embeddingDim: 8, embeddingStdDev: 0.01, hiddenUnits: [64, 32], dropout: 0.2 };
  const model = createModel(name, data.schema, { ...size, seed });
  const result = await fit(model, data, {
    ...{ batchSize: 1024, epochs: 8, patience: 2, optimizer: adam(2e-3), seed },
    tableOptimizer: { kind: 'lazy-adam', l2: 3e-3 },
  });
  model.dispose();
  return result.test!.auc;
}

/** Mean of the paired differences and their 95 % interval. */
function interval(aucs: readonly number[], others: readonly number[]): string {
  const differences = aucs.map((auc, i) => auc - others[i]);
  const mean = differences.reduce((sum, value) => sum + value, 0) / differences.length;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (differences.length - 1);
  const half = T * Math.sqrt(variance / differences.length);
  return `${mean.toFixed(4)} (${(mean - half).toFixed(4)} to ${(mean + half).toFixed(4)})`;
}
