/** What a run folder refuses, and that it survives damage. */
import '@tensorflow/tfjs-backend-cpu';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rowsInMemory } from '@ctrflow/data';
import type { Dataset } from '@ctrflow/data';
import { lr } from '@ctrflow/lr';
import { fittedSchema, randomColumns } from '@ctrflow/testkit';
import { env } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { adam, eagerEngine, fit } from '../src/index';
import type { FitOptions } from '../src/index';
import { runFolder } from '../src/node';

env().set('IS_TEST', true);
const root = mkdtempSync(join(tmpdir(), 'ctrflow-run-'));
afterAll(() => {
  rmSync(root, { recursive: true });
});

const schema = fittedSchema({ fields: [{ name: 'user', kind: 'categorical' }, { name: 'age', kind: 'numeric' }], label: { column: 'click' } }); // prettier-ignore
const rows = (seed: number, size: number) => rowsInMemory(schema.encode(randomColumns(schema.spec, size, seed)));
const numRows = { read: 0, train: 0, valid: 0, test: 0 };
const summary = { sources: [], numRows, positiveRate: { train: 0.5 }, dropped: {}, seconds: 0, reused: false };
const data: Dataset = { schema, train: rows(1, 64), summary };

/** Trains three epochs; `stopAfter` interrupts after an epoch. */
async function train(
  folder: string,
  options: Partial<FitOptions> & { resume?: boolean; warnings?: string[]; stopAfter?: number } = {},
): Promise<void> {
  const { resume = false, warnings = [], stopAfter, ...others } = options;
  const controller = new AbortController();
  const model = lr(schema);
  const run = runFolder(folder, { resume, onWarning: (message) => warnings.push(message) });
  const callbacks = [{ onEpochEnd: ({ epoch }: { epoch: number }) => { if (epoch === stopAfter) controller.abort(); return undefined; } }]; // prettier-ignore
  await fit(model, data, {
    batchSize: 16,
    epochs: 3,
    patience: 9,
    optimizer: adam(0.05),
    engine: eagerEngine(),
    run,
    callbacks,
    signal: controller.signal,
    ...others,
  });
  model.dispose();
}

/** What a training comes to. */
const result = (folder: string): string[] =>
  ['model/weights.safetensors', 'model/model.json', 'metrics.jsonl'].map((file) =>
    readFileSync(join(folder, file), 'latin1'),
  );

let numFolders = 0;
const newFolder = (): string => join(root, String(numFolders++));

describe('a damaged newest checkpoint', () => {
  const interrupted = join(root, 'interrupted');
  const whole = join(root, 'whole');
  let newest = '';
  beforeAll(async () => {
    await train(whole);
    await train(interrupted, { stopAfter: 2 });
    newest = readdirSync(join(interrupted, 'checkpoints')).filter((name) => name.startsWith('step-')).sort().at(-1) ?? ''; // prettier-ignore
    expect(newest).toBe('step-000000000008-end');
  });

  const damages: [string, (path: string) => void][] = [
    ['missing', (path) => { rmSync(path); }],
    ['empty', (path) => { writeFileSync(path, ''); }],
    ['cut off', (path) => { writeFileSync(path, readFileSync(path).subarray(0, -40)); }],
    ['with a bit changed at its end', (path) => { const bytes = readFileSync(path); bytes[bytes.length - 3] ^= 1; writeFileSync(path, bytes); }],
    ['with a bit changed in its middle', (path) => { const bytes = readFileSync(path); bytes[bytes.length >> 1] ^= 1; writeFileSync(path, bytes); }],
    ['null', (path) => { writeFileSync(path, 'null'); }],
    ['a folder', (path) => { rmSync(path); mkdirSync(path); }],
  ]; // prettier-ignore
  const anotherNumber = (path: string): void => {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.replace(String.raw`\"step\":8`, String.raw`\"step\":7`));
    expect(readFileSync(path, 'utf8')).not.toBe(text);
  };
  const files = ['progress.json', 'state.safetensors', '../best-2.safetensors'];
  const cases = files.flatMap((file) =>
    damages
      .filter(([how]) => how !== 'a folder' || !file.includes('best'))
      .map(([how, damage]) => ({ file, how, damage })),
  );
  cases.push({ file: 'progress.json', how: 'with another number', damage: anotherNumber }); // JSON as before

  // Planted bugs that this fails for: no checksum of progress.json, none of the state, none of the best weights, `bestsOf` that reads damaged files.
  test.each(cases)('$file $how: the one before serves, to the same bits', async ({ file, damage }) => {
    const folder = newFolder();
    cpSync(interrupted, folder, { recursive: true });
    damage(join(folder, 'checkpoints', newest, file));
    const warnings: string[] = [];
    await train(folder, { resume: true, warnings });
    expect(warnings).toEqual([expect.stringMatching(/a checkpoint is damaged, step-000000000004-end serves instead \(.*(step-0+8-end|best-2)/)]); // prettier-ignore
    expect(result(folder)).toEqual(result(whole));
  });

  test('without damage it goes on from the newest, without a word', async () => {
    const folder = newFolder();
    cpSync(interrupted, folder, { recursive: true });
    const warnings: string[] = [];
    const epochs: number[] = [];
    await train(folder, { resume: true, warnings, callbacks: [{ onEpochEnd: ({ epoch }) => { epochs.push(epoch); return undefined; } }] }); // prettier-ignore
    expect([warnings, epochs]).toEqual([[], [3]]);
    expect(result(folder)).toEqual(result(whole));
  });

  test('checkpoints of versions without checksums go on as before', async () => {
    const folder = newFolder();
    cpSync(interrupted, folder, { recursive: true });
    for (const name of readdirSync(join(folder, 'checkpoints')).filter((one) => one.startsWith('step-'))) {
      const path = join(folder, 'checkpoints', name, 'progress.json');
      const { sha256, progress } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
      writeFileSync(path, JSON.stringify({ sha256, progress }));
    }
    const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as Record<string, unknown>;
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config, format: undefined }));
    const warnings: string[] = [];
    await train(folder, { resume: true, warnings });
    expect(warnings).toEqual([]);
    expect(result(folder)).toEqual(result(whole));
  });

  test('where none is whole the reason is told', async () => {
    const folder = newFolder();
    cpSync(interrupted, folder, { recursive: true });
    for (const name of readdirSync(join(folder, 'checkpoints')).filter((one) => one.startsWith('step-')))
      writeFileSync(join(folder, 'checkpoints', name, 'state.safetensors'), 'x');
    await expect(train(folder, { resume: true })).rejects.toThrow(
      /expected an intact checkpoint, got "step-0+8-end, step-0+4-end"; they are damaged \(.*state\.safetensors: expected the checksum/,
    );
  });
});

describe('a folder of the user', () => {
  // Planted bug that this fails for: a training that writes over whatever is there.
  test.each(['config.json', 'model', 'Metrics.jsonl', 'tensorboard', 'checkpoints'])(
    'with its own %s is refused as it is',
    async (name) => {
      const folder = newFolder();
      mkdirSync(join(folder, 'photos'), { recursive: true });
      if (name.includes('.')) writeFileSync(join(folder, name), '{"mine":true}');
      else mkdirSync(join(folder, name, 'mine'), { recursive: true });
      for (const resume of [false, true])
        await expect(train(folder, { resume })).rejects.toThrow(
          new RegExp(
            `one without files of the names that it writes, got ".*"; its ${name} is not of a training: nothing was changed`,
          ),
        );
      expect(readdirSync(folder).sort()).toEqual([name, 'photos'].sort());
    },
  );

  test('with other names is used, and they stay', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'clicks.csv'), 'x');
    await train(folder, { epochs: 1 });
    writeFileSync(join(folder, 'tensorboard', 'events.out.tfevents.1.other'), 'x');
    writeFileSync(join(folder, 'checkpoints', 'step-000000000004-end', 'notes.md'), 'x');
    await train(folder, { resume: true });
    expect(readFileSync(join(folder, 'clicks.csv'), 'utf8')).toBe('x');
    expect(existsSync(join(folder, 'checkpoints', 'step-000000000004-end', 'notes.md'))).toBe(true);
    expect(readdirSync(join(folder, 'tensorboard'))).toContain('events.out.tfevents.1.other');
    expect(readdirSync(join(folder, 'tensorboard'))).toHaveLength(2);
  });

  test('that puts something into the folder of the model is refused before anything is trained', async () => {
    const folder = newFolder();
    await train(folder, { epochs: 1 });
    writeFileSync(join(folder, 'model', 'notes.md'), 'x');
    await expect(train(folder, { resume: true })).rejects.toThrow(/a saved model to replace, got ".*model"; it holds notes.md/); // prettier-ignore
  });
});

test('two trainings of one process cannot write one folder', async () => {
  const folder = newFolder();
  const both = await Promise.allSettled([train(folder), train(folder)]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find((one) => one.status === 'rejected')?.reason).toMatchObject({ name: 'ConfigError', message: expect.stringContaining('held by this process"; two trainings') as unknown }); // prettier-ignore
});
