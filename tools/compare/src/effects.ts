/**
 * What a model gains from an effect of a shop, and that it gains nothing where the effect is switched off: `npm run -s effects -- order [--rows N] [--models MODEL,MODEL,...]
 * [--shop on|off] [--seeds 1,2,...] [--threads N]`. Trains each model with five seeds on the shop with the effect and on the same shop without it; prints test AUCs and the mean difference
 * to the first model with its 95 % interval over the seeds. With one thread each, several runs side by side do not disturb each other.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDataset } from '@ctrflow/data/node';
import type { Dataset } from '@ctrflow/data';
import { shopPreset } from '@ctrflow/datagen';
import type { ShopConfig } from '@ctrflow/datagen';
import { writeShop } from '@ctrflow/datagen/node';
import { adam, compiledEngine, fit } from '@ctrflow/training';
import type { Callback, FitOptions } from '@ctrflow/training';
import { createModel } from '@ctrflow/zoo';
import { momentsOf, studentQuantile } from '../../bench/src/parity/welch';

/** How the models of an effect are trained. */
interface Effect {
  /** `shop-<this>-v1`; the name of the effect where nothing is said. */
  readonly shop?: string;
  /** The first one is blind to the effect. */
  readonly models: string;
  readonly options: object;
  readonly training: FitOptions;
  /** L2 of the weights that are no tables, by model; 0 where nothing is said. Of 0 and 1e-3 the one with the higher validation AUC, seed 1, with the effect. */
  readonly l2Net?: Readonly<Record<string, number>>;
}

/** Models under names of their own, with options that say where a gain comes from. All of DIEN are without auxiliary loss: the paper's gate, the authors' code's, and all its conventions. */
const variants: Readonly<Record<string, { readonly model: string; readonly options: object }>> = {
  'dien-without-auxiliary': { model: 'dien', options: { auxiliaryWeight: 0 } },
  'dien-raised': { model: 'dien', options: { auxiliaryWeight: 0, evolution: 'augru-raised' } },
  'dien-as-its-code': {
    model: 'dien',
    options: { auxiliaryWeight: 0, evolution: 'augru-raised', activationUnit: 'mlp', resetAfter: false },
  },
};

/** Tables that begin far from 0, so that products of two of their rows have a gradient, and rows that all decay at every step, so that those that mean nothing vanish. */
const decaying: Omit<Effect, 'models'> = {
  options: { embeddingDim: 16, embeddingStdDev: 0.3, hiddenUnits: [64, 32] },
  training: { batchSize: 1024, epochs: 16, patience: 2, optimizer: adam(2e-3), tableOptimizer: { kind: 'dense-adam', l2: 1e-3 } }, // prettier-ignore
};

const effects: Readonly<Record<string, Effect>> = {
  history: { models: 'dnn,deepfm,din', ...decaying },
  'history-lazy': {
    shop: 'history',
    models: 'deepfm,din',
    options: { embeddingDim: 8, embeddingStdDev: 0.01, hiddenUnits: [64, 32], dropout: 0.2 },
    training: { batchSize: 1024, epochs: 8, patience: 2, optimizer: adam(2e-3), tableOptimizer: { kind: 'lazy-adam', l2: 3e-3 } }, // prettier-ignore
  },
  order: { models: 'dnn,rnn,dien,dien-raised', ...decaying },
  mask: { models: 'dnn,masknet', ...decaying, l2Net: { masknet: 1e-3 } },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: '200000' },
    models: { type: 'string' },
    shop: { type: 'string', default: 'on,off' },
    seeds: { type: 'string', default: '1,2,3,4,5' },
    threads: { type: 'string' },
  },
});
const [name] = positionals;
const effect = effects[name];
if (effect === undefined)
  throw new Error(`effects: expected one of ${Object.keys(effects).join(', ')}, got ${name ?? 'nothing'}`);
const models = (values.models ?? effect.models).split(',');
const seeds = values.seeds.split(',').map(Number);
const shops = values.shop.split(',');
if (!shops.every((shop) => shop === 'on' || shop === 'off'))
  throw new Error(`effects: expected on, off or both for --shop, got ${values.shop}`);
if (!seeds.every(Number.isInteger)) throw new Error(`effects: expected integers for --seeds, got ${values.seeds}`);
const engine = values.threads === undefined ? undefined : compiledEngine({ threads: Number(values.threads) });

const preset = shopPreset(`shop-${effect.shop ?? name}-v1`);
for (const shop of shops) {
  const config = shop === 'on' ? preset : { ...preset, effects: {} };
  const { data, bestAuc } = await open(config);
  console.log(`${name} ${shop}: best possible AUC ${bestAuc.toFixed(4)}`);
  const aucs = new Map<string, number[]>(models.map((model) => [model, []]));
  for (const seed of seeds) {
    for (const model of models) aucs.get(model)!.push(await testAuc(model, data, seed));
    console.log(seed, models.map((model) => `${model} ${aucs.get(model)!.at(-1)!.toFixed(4)}`).join('  '));
  }
  const [first, ...others] = models;
  for (const model of others) console.log(`${model} minus ${first}: ${interval(aucs.get(model)!, aucs.get(first)!)}`);
}

async function open(config: ShopConfig): Promise<{ readonly data: Dataset; readonly bestAuc: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'ctrflow-effects-'));
  try {
    const { file, schema, bestAuc } = await writeShop(folder, { preset: config, rows: Number(values.rows) });
    const split = { by: 'time', column: 'timestamp', valid: 0.1, test: 0.2 } as const;
    return { data: await openDataset(file, { schema, split }), bestAuc };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function testAuc(name: string, data: Dataset, seed: number): Promise<number> {
  const { options, training, l2Net } = effect;
  const variant = variants[name];
  const model = createModel(variant?.model ?? name, data.schema, { ...options, ...variant?.options, seed });
  const result = await fit(model, data, {
    ...training,
    l2: { net: l2Net?.[name] ?? 0 },
    seed,
    ...(engine && { engine }),
    callbacks: [progressOf(`${name}, seed ${seed}`)],
  });
  model.dispose();
  return result.test!.auc;
}

/** A line per epoch beside the results. */
function progressOf(what: string): Callback {
  return {
    onEpochEnd({ epoch, valid }) {
      console.error(`  ${what}: epoch ${epoch}, validation AUC ${valid?.auc.toFixed(4)}`);
      return undefined;
    },
  };
}

/** Mean of the paired differences and their 95 % interval. */
function interval(aucs: readonly number[], others: readonly number[]): string {
  const { count, mean, stdDev } = momentsOf(aucs.map((auc, i) => auc - others[i]));
  const half = (studentQuantile(0.975, count - 1) * stdDev) / Math.sqrt(count);
  return `${mean.toFixed(4)} (${(mean - half).toFixed(4)} to ${(mean + half).toFixed(4)})`;
}
