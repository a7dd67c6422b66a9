import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { presets } from '@ctrflow/presets';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { configOptions } from '../../src/args/invocation';
import { compareCommand } from '../../src/commands/compare';
import { trainCommand } from '../../src/commands/train';
import { kebabCase } from '../../src/output/format';
import { writePresetFiles } from '../preset-files';
import { runMain } from '../run-main';
import { base, trainingCases, withOut, wordsOf } from './training-options';
import type { Given, TrainingCase } from './training-options';
import { at, newPath, readRun, root, writeFiles } from './world';
import type { Trained } from './world';

/** Every option of `train` and `compare` has its effect: two values give two results. */
beforeAll(async () => {
  writeFiles();
  const { dataSet } = presets[0];
  await writePresetFiles(at('published'), dataSet);
  await writePresetFiles(at('renamed'), dataSet, 'clk');
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const done = new Map<string, Promise<Trained>>();

/** Runs a command line, but once only. */
function run(command: 'train' | 'compare', given: Given, isTTY = false): Promise<Trained> {
  const key = JSON.stringify([command, given, isTTY]);
  const earlier = done.get(key);
  if (earlier !== undefined) return earlier;
  const all = withOut(given);
  const folder = command === 'train' ? String(all.out) : join(String(all.out), String(all.models));
  const running = runMain(wordsOf(command, all), { isTTY }).then((ran) => readRun(folder, ran));
  done.set(key, running);
  return running;
}

/** Those of `train` alone. */
const trainCases: Readonly<Record<string, TrainingCase>> = {
  ...trainingCases,
  model: {
    a: { model: 'lr', 'hidden-units': undefined },
    b: { model: 'dnn' },
    check: (a, b) => {
      expect([a.summary.model, b.summary.model]).toEqual(['lr', 'dnn']);
    },
  },
  preset: {
    a: ofPreset('barsctr/frappe_x1/lr', 'published'),
    b: ofPreset('barsctr/frappe_x1/fm', 'published'),
    check: (a, b) => {
      expect([a.summary.model, b.summary.model]).toEqual(['lr', 'fm']);
    },
  },
  data: {
    a: ofPreset('barsctr/frappe_x1/lr', 'published'),
    b: ofPreset('barsctr/frappe_x1/lr', 'renamed'),
    check: (a, b) => {
      expect(a.err).toContain(at('published/train.csv'));
      expect(b.err).toContain(at('renamed/train.csv'));
    },
  },
  profile: {
    a: {},
    b: { profile: true },
    check: (a, b) => {
      expect([typeof a.summary.profile, typeof b.summary.profile]).toEqual(['undefined', 'object']);
    },
  },
};

function ofPreset(preset: string, folder: string): Given {
  const without = Object.fromEntries(Object.keys(base).map((name) => [name, undefined]));
  return { ...without, model: undefined, preset, data: at(folder), epochs: '1' };
}

/** What takes more than two runs, or sees its effect elsewhere; by name, so that a table misses nothing. */
const elsewhere = ['threads', 'resume', 'init-from', 'models'];

describe.each([
  ['train', trainCommand, trainCases, { model: 'deepfm' }],
  ['compare', compareCommand, trainingCases, { models: 'deepfm' }],
] as const)('%s', (name, command, cases, model) => {
  const declared = Object.keys({ ...command.options, ...configOptions }).map(kebabCase);

  test('has no option that is not tried here', () => {
    expect([...Object.keys(cases), ...elsewhere].filter((option) => declared.includes(option)).sort()).toEqual([...declared].sort()); // prettier-ignore
  });

  test.each(Object.entries(cases))('--%s', async (_, { a, b, isTTY, check }) => {
    const given = (one: Given): Given => ({ ...base, ...model, ...one });
    check(await run(name, given(a), isTTY), await run(name, given(b), isTTY));
  });

  test('--seed: the same one gives the same', async () => {
    const given = { ...base, ...model, seed: '1' };
    const [first, again] = [await run(name, given), await run(name, { ...given, out: newPath() })];
    expect(again.weights).toEqual(first.weights);
  });

  // Fails for: a seed that orders the batches and does not reach the model.
  test('--seed: another one is another beginning', async () => {
    const given = { ...base, ...model, 'learning-rate': '1e-30' };
    const [one, other] = [await run(name, { ...given, seed: '1' }), await run(name, { ...given, seed: '2' })];
    expect(one.weights['embedding/user']).not.toEqual(other.weights['embedding/user']);
  });

  test('--threads', async () => {
    const create = vi.spyOn(InferenceSession, 'create');
    for (const threads of ['1', '3']) {
      create.mockClear();
      await run(name, { ...base, ...model, threads });
      const options = create.mock.calls.map((call) => (call as unknown[]).at(1));
      expect(options.length).toBeGreaterThan(0);
      for (const option of options) expect(option).toMatchObject({ intraOpNumThreads: Number(threads) });
    }
    create.mockRestore();
  });

  test('--resume', async () => {
    const given = { ...base, ...model, out: newPath() };
    const first = await run(name, given);
    expect(first.code, first.err).toBe(0);
    const refused = await runMain(wordsOf(name, given));
    expect(refused.err).toContain('resume it (--resume) or choose another folder');
    const resumed = await run(name, { ...given, resume: true });
    expect(resumed.code, resumed.err).toBe(0);
    expect(resumed.weights).toEqual(first.weights);
  });
});

test('train --init-from', async () => {
  const given = { ...base, model: 'deepfm' };
  for (const seed of ['1', '2']) {
    const earlier = await run('train', { ...given, seed });
    const next = await run('train', { ...given, 'init-from': earlier.folder, 'learning-rate': '1e-30' });
    expect(next.weights).toEqual(earlier.weights);
  }
});

test('compare --models', async () => {
  const out = newPath();
  const { code, out: printed, err } = await runMain(wordsOf('compare', { ...base, 'hidden-units': undefined, models: 'fm,lr', out })); // prettier-ignore
  expect(code, err).toBe(0);
  expect([...printed.matchAll(/^(lr|fm|deepfm) +\d/gm)].map(([, model]) => model)).toEqual(['fm', 'lr']);
});
