import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { presets } from '@ctrflow/presets';
import { parse, stringify } from 'yaml';
import { frappeSchema } from '@ctrflow/model-contract';
import { fittedSchema } from '@ctrflow/testkit';
import { createModel } from '@ctrflow/zoo';
import { kebabCase } from '../src/output/format';
import { writePresetFiles } from './preset-files';
import { runMain } from './run-main';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ctrflow-presets-'));
  for (const dataSet of new Set(presets.map((preset) => preset.dataSet)))
    await writePresetFiles(join(folder, dataSet.name), dataSet);
});
afterAll(() => rm(folder, { recursive: true }));

/** One epoch instead of a hundred; everything else as published. */
const train = (name: string, ...more: readonly string[]) =>
  runMain(['train', '--preset', name, '--data', join(folder, name.split('/')[1] ?? ''), '--epochs', '1', '--quiet', ...more]); // prettier-ignore

interface Printed {
  readonly model: string;
  readonly rows: number;
  readonly test: { readonly auc: number; readonly logLoss: number; readonly gauc?: number };
  readonly published: {
    readonly preset: string;
    readonly difference: { readonly auc: number; readonly logLoss: number; readonly gauc?: number };
    readonly otherRows: readonly string[];
  };
}

test.each(presets.map((preset) => [preset.name, preset] as const))(
  '%s trains on files of its layout and stands beside what was published',
  async (name, { model, published, dataSet }) => {
    const { code, out, err } = await train(name, '--json');
    expect(code, err).toBe(0);
    const printed = JSON.parse(out) as Printed;
    expect(printed).toMatchObject({ model, rows: 160, published: { preset: name } });
    const { difference, otherRows } = printed.published;
    expect(difference.auc).toBeCloseTo(printed.test.auc - published.auc, 12);
    expect(difference.logLoss).toBeCloseTo(printed.test.logLoss - published.logLoss, 12);
    expect(difference.gauc === undefined).toBe(published.gauc === undefined);
    expect(otherRows[0]).toBe(`train 160 instead of ${dataSet.numRows.train.toLocaleString('en-US')}`);
    expect(otherRows).toHaveLength(3);
  },
  120_000,
);

// The counts are those of the published logs: a wrong layer, size or option of a preset gives another one.
describe('parameters at the size of the published data', () => {
  // Rows with one reserved row a field, as FuxiCTR 1.x counts: 5,389 of Frappe, 90,239 of MovieLens.
  const fields = [60_000, 30_000, 239].map((identity, f) => ({ name: `f${f}`, kind: 'categorical' as const, identity, reservedRows: false })); // prettier-ignore
  const movielens = fittedSchema({ fields }, 1);
  const schemas: Readonly<Record<string, typeof movielens>> = {
    frappe_x1: frappeSchema('fuxictr-1'),
    movielenslatest_x1: movielens,
  };
  const known = presets.filter(({ dataSet }) => dataSet.name in schemas);

  test.each(known.map((preset) => [preset.name, preset] as const))('of %s', (_name, preset) => {
    const model = createModel(preset.model, schemas[preset.dataSet.name], preset.modelOptions);
    expect(model.numParameters).toBe(preset.published.parameters);
    model.dispose();
  });
});

test('options win over the preset, and the run can be repeated from its options', async () => {
  const out = join(folder, 'run');
  const ran = await train('barsctr/frappe_x1/deepfm', '--hidden-units', '4', '--learning-rate', '0.01', '--out', out);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toContain('published as barsctr/frappe_x1/deepfm: AUC 0.9842  log loss 0.1482');
  expect(ran.out).toContain('AUC of five seeds 0.9839 ± 0.0002');
  expect(ran.out).toContain('these are not the published files: train 160 instead of 202,027');
  const options = await readFile(join(out, 'options.yaml'), 'utf8');
  expect(options).toMatch(/hidden-units:\n {2}- 4\n/);
  expect(options).toContain('learning-rate: 0.01');
  expect(options).toContain('l2-embedding: 0.05');
  const again = await runMain(['train', '--config', join(out, 'options.yaml'), '--out', `${out}-2`, '--quiet']);
  expect(again.code, again.err).toBe(0);
  const auc = (text: string): string | undefined => /test {3}AUC (\S+)/.exec(text)?.[1];
  expect(auc(again.out)).toBe(auc(ran.out));
});

test('the label may have another name', async () => {
  const dataSet = presets[0].dataSet;
  await writePresetFiles(join(folder, 'other'), dataSet, 'used');
  const argv = [
    'train',
    '--preset',
    'barsctr/frappe_x1/lr',
    '--data',
    join(folder, 'other'),
    '--epochs',
    '1',
    '--quiet',
  ];
  const without = await runMain(argv);
  expect(without.code).toBe(3);
  expect(without.err).toMatch(
    /preset of frappe_x1: expected a label among label, click, clk, is_click, .*; give --label COLUMN/,
  );
  const out = join(folder, 'labelled');
  const { code, err } = await runMain([...argv, '--label', 'used', '--out', out]);
  expect(code, err).toBe(0);
  const again = await runMain(['train', '--config', join(out, 'options.yaml'), '--out', `${out}-2`]);
  expect(again.code, again.err).toBe(0);
});

test('another model trains with the settings of a preset, beside no published result', async () => {
  const out = join(folder, 'masknet');
  const ran = await train('barsctr/frappe_x1/deepfm', '--model', 'masknet', '--out', out);
  expect(ran.code, ran.err).toBe(0);
  expect(ran.out).toMatch(/^masknet: /);
  expect(ran.out).not.toContain('published');
  const { training, modelOptions } = presets.find(({ name }) => name === 'barsctr/frappe_x1/deepfm')!;
  const options = parse(await readFile(join(out, 'options.yaml'), 'utf8')) as Record<string, unknown>;
  expect(options).toMatchObject({
    'batch-size': training.batchSize,
    'learning-rate': training.learningRate,
    'l2-embedding': training.l2Embedding,
    'table-optimizer': training.tableOptimizer,
    'embedding-dim': modelOptions.embeddingDim,
    model: 'masknet',
  });
});

test('--print-config shows the settings of a preset, and they can be used without it', async () => {
  const printed = await runMain(['train', '--preset', 'barsctr/frappe_x1/deepfm', '--seed', '7', '--print-config']);
  expect(printed.code, printed.err).toBe(0);
  const { preset, ...settings } = parse(printed.out) as Record<string, unknown>;
  expect(preset).toBe('barsctr/frappe_x1/deepfm');
  const { training, modelOptions } = presets.find(({ name }) => name === preset)!;
  const wanted = { ...training, ...modelOptions, model: 'deepfm', seed: 7 };
  for (const [name, value] of Object.entries(wanted)) expect(settings[kebabCase(name)], name).toEqual(value);

  const schema = { fields: Array.from({ length: 10 }, (_, f) => ({ name: `f${f}`, kind: 'categorical' })), label: { column: 'label' } }; // prettier-ignore
  await writeFile(join(folder, 'schema.json'), JSON.stringify(schema));
  const data = join(folder, 'frappe_x1');
  const files = Object.fromEntries(['train', 'valid', 'test'].map((part) => [part, join(data, `${part}.csv`)]));
  const config = { ...settings, ...files, schema: join(folder, 'schema.json'), epochs: 1, out: join(folder, 'by-config') }; // prettier-ignore
  await writeFile(join(folder, 'config.yaml'), stringify(config));
  const byConfig = await runMain(['train', '--config', join(folder, 'config.yaml')]);
  expect(byConfig.code, byConfig.err).toBe(0);
  const byPreset = await train('barsctr/frappe_x1/deepfm', '--seed', '7', '--out', join(folder, 'by-preset'));
  expect(byPreset.code, byPreset.err).toBe(0);
  const weights = (run: string) => readFile(join(folder, run, 'model', 'weights.safetensors'));
  expect((await weights('by-config')).equals(await weights('by-preset'))).toBe(true);
});

test.each([
  [
    ['--preset', 'barsctr/frappe_x1/deepfn'],
    2,
    /got "barsctr\/frappe_x1\/deepfn"; did you mean "barsctr\/frappe_x1\/deepfm"/,
  ],
  [['--preset', 'barsctr/frappe_x1/fm'], 2, /expected the folder of frappe_x1 with --preset, .*give --data FOLDER/],
  [['--data', '{folder}'], 2, /expected --preset with --data/],
  [
    ['--preset', 'barsctr/frappe_x1/fm', '--data', '{folder}'],
    3,
    /expected train\.csv or train\.csv\.gz or train\.parquet in /,
  ],
  [
    ['--preset', 'barsctr/frappe_x1/fm', '--data', '{folder}/frappe_x1', '--model', 'fmm'],
    2,
    /got "fmm"; did you mean "fm"\?/,
  ],
  [['x.csv', '--preset', 'barsctr/frappe_x1/fm', '--data', '{folder}/frappe_x1'], 2, /one of FILE and --train/],
  [
    ['--preset', 'barsctr/frappe_x1/fm', '--data', '{folder}/movielenslatest_x1'],
    3,
    /10 columns besides the label, got "3 \(f0, f1, f2\)"/,
  ],
  [
    ['--preset', 'barsctr/taobaoad_x1/fm', '--data', '{folder}/amazonelectronics_x1'],
    3,
    /the columns userid, cms_segid, .*another version of the data set/,
  ],
] as const)('train %j is refused', async (argv, code, message) => {
  const ran = await runMain(['train', ...argv.map((word) => word.replace('{folder}', folder))]);
  expect(ran.err).toMatch(message);
  expect(ran.code).toBe(code);
});

test('ctrflow presets lists them', async () => {
  const { code, out } = await runMain(['presets']);
  expect(code).toBe(0);
  for (const { name } of presets) expect(out).toContain(name);
  expect(out).toMatch(/barsctr\/frappe_x1\/deepfm +0\.9842 +0\.1482 +202,027 +423,280/);
  const json = await runMain(['presets', '--json']);
  expect((JSON.parse(json.out) as { presets: readonly unknown[] }).presets).toHaveLength(presets.length);
});
