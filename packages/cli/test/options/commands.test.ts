import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Command } from '../../src/args/command';
import { configOptions } from '../../src/args/invocation';
import { commands } from '../../src/commands';
import { kebabCase } from '../../src/output/format';
import { runMain } from '../run-main';
import type { Ran } from '../run-main';
import { base, wordsOf } from './training-options';
import { at, filesIn, newPath, root, writeFiles } from './world';

/** Every option of the other commands has its effect: two values give two results. */
let run: string;
beforeAll(async () => {
  writeFiles();
  run = at('trained');
  const { code, err } = await runMain(
    wordsOf('train', { ...base, model: 'deepfm', 'drop-columns': 'at,reverse', out: run }),
  );
  expect(code, err).toBe(0);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

/** Two lists of words behind a command's operands, and what has to differ. */
interface Case {
  /** Instead of the operands of the command. */
  readonly operands?: readonly string[];
  readonly a: readonly string[];
  readonly b: readonly string[];
  readonly isTTY?: boolean;
  readonly check: (a: Ran, b: Ran) => void;
}

const otherOutput = (a: Ran, b: Ran): void => {
  expect([a.code, b.code], a.err + b.err).toEqual([0, 0]);
  expect(b.out).not.toBe(a.out);
};

const json: Case = {
  a: [],
  b: ['--json'],
  check: (a, b) => {
    expect(() => JSON.parse(a.out) as unknown).toThrow();
    expect(JSON.parse(b.out)).toBeTypeOf('object');
  },
};

const quiet: Case = {
  a: [],
  b: ['--quiet'],
  isTTY: true,
  check: (a, b) => {
    expect([a.code, b.code]).toEqual([0, 0]);
    expect(a.err).toContain('\r\u001B[K');
    expect(b.err).not.toContain('\r\u001B[K');
  },
};

const engine: Case = {
  a: ['--engine', 'eager/cpu'],
  b: ['--engine', 'eager/cpuu'],
  check: (a, b) => {
    expect(a.code, a.err).toBe(0);
    expect(b.err).toContain('eager/cpu for --engine, got "eager/cpuu"');
  },
};

/** A file that can be read in one of two ways. */
const dialect = (name: 'delimiter' | 'names' | 'comment'): Case => {
  const columns = 'click,late,user,item,price,at,reverse,w,v';
  const files = { delimiter: 'semicolons.csv', names: 'no-header.csv', comment: 'marked.csv' };
  const values = {
    delimiter: [';', '|'],
    names: [columns, columns.replace('user', 'usr')],
    comment: ['#', '%'],
  };
  return {
    operands: [at(files[name])],
    a: [`--${name}`, values[name][0]],
    b: [`--${name}`, values[name][1]],
    check: (a, b) => {
      expect(seen(b)).not.toEqual(seen(a));
    },
  };
};

/** The lines of the file of scores that a prediction says to have written. */
function written({ err }: Ran): string[] {
  const path = /^(.*): [\d,]+ rows scored/m.exec(err)?.[1];
  return path === undefined ? [] : readFileSync(path, 'utf8').trim().split('\n');
}

/** Everything that a command line did, without the names of its files. */
function seen(ran: Ran): readonly unknown[] {
  return [ran.code, ran.out, ran.err.replaceAll(/out-\d+/g, ''), written(ran)];
}

const cases: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  evaluate: {
    importance: {
      a: [],
      b: ['--importance'],
      check: (a, b) => {
        expect(a.out).not.toContain('AUC lost');
        expect(b.out).toMatch(/AUC lost[^]*user/);
      },
    },
    delimiter: dialect('delimiter'),
    names: dialect('names'),
    comment: dialect('comment'),
    engine,
    json,
    quiet,
  },
  predict: {
    out: {
      a: ['--out', at('scores/a.csv')],
      b: ['--out', at('scores/b.jsonl')],
      check: () => {
        expect(readFileSync(at('scores/a.csv'), 'utf8')).toMatch(/^click,.*,score\n/);
        expect(readFileSync(at('scores/b.jsonl'), 'utf8')).toMatch(/^\{.*"score":0\.\d+.*\}\n/);
      },
    },
    keep: {
      a: ['--keep', 'user'],
      b: ['--keep', 'item,price'],
      check: (a, b) => {
        expect([written(a)[0], written(b)[0]]).toEqual(['user,score', 'item,price,score']);
      },
    },
    'score-column': {
      a: ['--score-column', 'p'],
      b: ['--score-column', 'q'],
      check: (a, b) => {
        expect([written(a)[0].split(',').at(-1), written(b)[0].split(',').at(-1)]).toEqual(['p', 'q']);
      },
    },
    delimiter: dialect('delimiter'),
    names: dialect('names'),
    comment: dialect('comment'),
    engine,
    json,
    quiet,
  },
  export: {
    out: {
      a: ['--out', at('onnx/a.onnx')],
      b: ['--out', at('onnx/b.onnx')],
      check: () => {
        expect(filesIn(at('onnx')).filter((name) => name.endsWith('.onnx'))).toEqual(['a.onnx', 'b.onnx']);
      },
    },
    inputs: { a: ['--inputs', 'ids'], b: ['--inputs', 'raw'], check: otherOutput },
    json,
  },
  inspect: {
    delimiter: dialect('delimiter'),
    names: dialect('names'),
    comment: dialect('comment'),
    'null-values': { a: ['--null-values', 'n/k'], b: ['--null-values', 'i1'], check: otherOutput },
    label: { a: ['--label', 'click'], b: ['--label', 'late'], check: otherOutput },
    targets: { a: ['--targets', 'click,late'], b: ['--targets', 'click'], check: otherOutput },
    positive: {
      a: ['--json', '--label', 'click', '--positive', '0'],
      b: ['--json', '--label', 'click', '--positive', '1'],
      check: (a, b) => {
        const positive = ({ out }: Ran): unknown => (JSON.parse(out) as { label: { positive: unknown } }).label.positive;
        expect([positive(a), positive(b)]).toEqual([['0'], ['1']]);
      },
    },
    'drop-columns': { a: ['--drop-columns', 'user'], b: ['--drop-columns', 'item'], check: otherOutput },
    limit: {
      a: ['--limit', '10'],
      b: ['--limit', '20'],
      check: (a, b) => {
        expect(a.out).toContain(': 10 rows');
        expect(b.out).toContain(': 20 rows');
      },
    },
    json,
  },
  datagen: {
    preset: { a: ['--preset', 'mock'], b: ['--preset', 'shop-order-v1'], check: otherOutput },
    rows: {
      a: ['--rows', '20'],
      b: ['--rows', '30'],
      check: (a, b) => {
        expect(a.out).toContain(': 20 rows');
        expect(b.out).toContain(': 30 rows');
      },
    },
    users: { a: ['--preset', 'mock', '--users', '7'], b: ['--preset', 'mock', '--users', '9'], check: lengthOf('users.csv', 8, 10) },
    items: { a: ['--preset', 'mock', '--items', '7'], b: ['--preset', 'mock', '--items', '9'], check: lengthOf('items.csv', 8, 10) },
    seed: {
      a: ['--seed', '1'],
      b: ['--seed', '2'],
      check: (a, b) => {
        expect(generated(b, 'interactions.csv')).not.toBe(generated(a, 'interactions.csv'));
      },
    },
    format: {
      a: ['--format', 'csv'],
      b: ['--format', 'parquet'],
      check: (a, b) => {
        expect(a.out).toContain('interactions.csv');
        expect(b.out).toContain('interactions.parquet');
      },
    },
    out: {
      a: ['--out', at('shops/a')],
      b: ['--out', at('shops/b')],
      check: () => {
        for (const name of ['a', 'b']) expect(filesIn(at(`shops/${name}`))).toContain('truth.json');
      },
    },
    json,
    quiet,
  },
  models: { json },
  presets: { json },
  demo: {
    rows: {
      a: ['--rows', '1000'],
      b: ['--rows', '1100'],
      check: (a, b) => {
        expect(a.out).toContain(': 1,000 rows');
        expect(b.out).toContain(': 1,100 rows');
      },
    },
    out: {
      a: ['--rows', '1000', '--out', at('demos/a')],
      b: ['--rows', '1001', '--out', at('demos/b')],
      check: () => {
        for (const name of ['a', 'b']) expect(existsSync(join(at('demos'), name, 'report.html'))).toBe(true);
      },
    },
  },
}; // prettier-ignore

/** The folder that `datagen` wrote to. */
function folderOf({ out }: Ran): string {
  return /^(.*)\/interactions\./m.exec(out)?.[1] ?? '';
}

function generated(ran: Ran, name: string): string {
  return readFileSync(join(folderOf(ran), name), 'utf8');
}

function lengthOf(name: string, ofA: number, ofB: number): Case['check'] {
  return (a, b) => {
    expect([a, b].map((ran) => generated(ran, name).trim().split('\n').length)).toEqual([ofA, ofB]);
  };
}

/** What a command needs besides the option. */
function argvOf(command: string, words: readonly string[], operands?: readonly string[]): string[] {
  const file = operands ?? [at('clicks.csv')];
  const out = (ending = ''): string[] => (words.includes('--out') ? [] : ['--out', newPath(ending)]);
  switch (command) {
    case 'evaluate':
      return [command, run, ...file, ...words];
    case 'predict':
      return [command, run, ...file, ...out('.csv'), ...words];
    case 'export':
      return [command, run, ...out('.onnx'), ...words];
    case 'inspect':
      return [command, ...file, ...words];
    case 'datagen':
      return [
        command,
        ...out(),
        ...(words.includes('--rows') || words.includes('--config') ? [] : ['--rows', '50']),
        ...words,
      ];
    case 'demo':
      return [command, ...out(), ...words];
    default:
      return [command, ...words];
  }
}

/** Of every command, and tried for all of them at once below. */
const everywhere = Object.keys(configOptions).map(kebabCase);

describe.each(commands.filter(({ name }) => name !== 'train' && name !== 'compare').map((command) => [command.name, command] as const))('%s', (name, command: Command) => {
  test('has no option that is not tried here', () => {
    const tried = [...Object.keys(cases[name] ?? {}), ...('threads' in command.options ? ['threads'] : [])];
    expect(tried.sort()).toEqual(Object.keys(command.options).map(kebabCase).sort());
  });

  test.each(Object.entries(cases[name] ?? {}))('--%s', async (_, { operands, a, b, isTTY = false, check }) => {
    check(await runMain(argvOf(name, a, operands), { isTTY }), await runMain(argvOf(name, b, operands), { isTTY }));
  });

  test('--config and --print-config', async () => {
    const option = Object.keys(command.options).find((one) => command.options[one].placeholder === '<n>') ?? 'json';
    const values = option === 'json' ? ['true', 'false'] : ['1001', '1002'];
    for (const value of values) {
      const config = newPath('.yaml');
      writeFileSync(config, `${option}: ${value}\n`);
      const printed = await runMain(argvOf(name, ['--config', config, '--print-config'])); // prettier-ignore
      expect(printed.out).toMatch(new RegExp(`^${option}: ${value}$`, 'm'));
      expect(printed.code).toBe(0);
    }
    expect(everywhere).toEqual(['config', 'print-config']);
  });
}); // prettier-ignore

test.each(['evaluate', 'predict'])('%s --threads', async (command) => {
  const create = vi.spyOn(InferenceSession, 'create');
  for (const threads of ['1', '3']) {
    create.mockClear();
    const ran = await runMain(argvOf(command, ['--threads', threads]));
    expect(ran.code, ran.err).toBe(0);
    const options = create.mock.calls.map((call) => (call as unknown[]).at(1));
    expect(options.length).toBeGreaterThan(0);
    for (const option of options) expect(option).toMatchObject({ intraOpNumThreads: Number(threads) });
  }
  create.mockRestore();
});
