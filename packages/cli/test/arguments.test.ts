import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defineCommand } from '../src/args/command';
import type { Invocation } from '../src/args/command';
import { parseCommandLine } from '../src/args/command-line';
import { resolveInvocation } from '../src/args/invocation';
import { choice, flag, integer, mapping, number, structure, text, texts } from '../src/args/option';
import type { Io } from '../src/io';
import { runMain } from './run-main';

const folder = mkdtempSync(join(tmpdir(), 'ctrflow-arguments-'));

const options = {
  batchSize: integer('rows', { min: 1 }),
  dropout: number('rate', { min: 0, max: 1 }),
  label: text('<column>', 'label'),
  nullValues: texts('<a,b>', 'missing'),
  onBadRow: choice(['fail', 'skip'], 'policy'),
  split: mapping('<by=...>', 'split', 'by'),
  fields: structure('fields'),
  json: flag('json'),
};

function commandOf(takesModelOptions: boolean) {
  return defineCommand({
    name: 'train',
    summary: 'trains',
    operands: ['[file]'],
    options,
    takesModelOptions,
    examples: [],
    run: () => Promise.resolve(undefined),
  });
}

async function invoke(
  argv: readonly string[],
  takesModelOptions = true,
): Promise<{ invocation: Invocation<typeof options> | undefined; out: string }> {
  let out = '';
  const silent = { isTTY: false, columns: 80, write: () => undefined };
  const io: Io = {
    out: { ...silent, write: (written) => void (out += written) },
    err: silent,
    env: {},
    onInterrupt: () => () => undefined,
  };
  const command = commandOf(takesModelOptions);
  const parsed = parseCommandLine(['train', ...argv], [command], '1.2.3');
  if (parsed.kind !== 'run') throw new Error('expected a run');
  return { invocation: await resolveInvocation<typeof options>(command, parsed.raw, io), out };
}

function configFile(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('the command line', () => {
  it('reads every kind of option, wherever the file stands', async () => {
    const { invocation } = await invoke([
      ...['--batch-size', '64', 'clicks.csv', '--null-values', '?,NA', '--split', 'by=time,valid=0.1'],
      ...['--dropout=0.2', '--on-bad-row', 'skip', '--json', '--label', '-1'],
    ]);
    expect(invocation?.operands).toEqual(['clicks.csv']);
    expect(invocation?.options).toEqual({
      batchSize: 64,
      dropout: 0.2,
      label: '-1',
      nullValues: ['?', 'NA'],
      onBadRow: 'skip',
      split: { by: 'time', valid: 0.1 },
      json: true,
    });
  });

  it('takes one word for the main key of a mapping', async () => {
    const { invocation } = await invoke(['--split', 'group']);
    expect(invocation?.options.split).toEqual({ by: 'group' });
  });

  it("keeps unknown options for the model, and does not take a file for a switch's value", async () => {
    const { invocation } = await invoke([
      '--hidden-units',
      '64,32',
      '--embedding-dim=8',
      '--batch-norm',
      '--json',
      'f.csv',
    ]);
    expect(invocation?.modelOptions).toEqual({ hiddenUnits: '64,32', embeddingDim: '8', batchNorm: true });
    expect(invocation?.operands).toEqual(['f.csv']);
  });

  // Fails for: words behind `--` that are dropped, or read as options.
  it('takes what stands behind -- for a file, whatever it is called', async () => {
    const { invocation } = await invoke(['--json', '--', '--hidden-units']);
    expect(invocation?.operands).toEqual(['--hidden-units']);
    expect([invocation?.options, invocation?.modelOptions]).toEqual([{ json: true }, {}]);
  });

  it.each([
    [['--batch-size', '0'], /^ctrflow train: expected an integer >= 1 for --batch-size, got 0$/],
    [['--batch-size', '1.5'], /an integer >= 1 for --batch-size, got 1.5$/],
    [['--batch-size', 'many'], /an integer >= 1 for --batch-size, got "many"$/],
    [['--dropout', 'NaN'], /a finite number .* for --dropout, got "NaN"$/],
    [['--on-bad-row', 'skp'], /one of fail, skip for --on-bad-row, got "skp"; did you mean "skip"\?$/],
    [['--label', ''], /a text for --label, got ""$/],
    [
      ['--bach-size', '3'],
      /^ctrflow train: expected an option that it knows, got "--bach-size"; did you mean "--batch-size"\?$/,
    ],
    [['--label'], /^ctrflow train: option '--label <column>' argument missing; see --help$/],
    [['a', 'b'], /^ctrflow train: too many arguments/],
    [['--fields', 'x'], /got "--fields"; see --help$/],
  ])('refuses %j', async (argv, message) => {
    await expect(invoke(argv, false)).rejects.toThrow(message);
  });
});

describe('the config file', () => {
  it('has the names of the flags; flags win', async () => {
    const path = configFile(
      'a.yaml',
      'batch-size: 32\nlabel: click\nnull-values: "?"\nsplit: {by: time, valid: 0.2}\nhidden-units: [8, 4]\n',
    );
    const { invocation } = await invoke(['--config', path, '--batch-size', '64']);
    expect(invocation?.options).toEqual({
      batchSize: 64,
      label: 'click',
      nullValues: ['?'],
      split: { by: 'time', valid: 0.2 },
    });
    expect(invocation?.modelOptions).toEqual({ hiddenUnits: [8, 4] });
  });

  it('may be JSON', async () => {
    const { invocation } = await invoke(['--config', configFile('a.json', '{"batch-size": 32, "json": true}')]);
    expect(invocation?.options).toEqual({ batchSize: 32, json: true });
  });

  it('comes out of --print-config as it went in', async () => {
    const first = await invoke(['--batch-size', '64', '--hidden-units', '8,4', '--print-config']);
    expect(first.invocation).toBeUndefined();
    const second = await invoke(['--config', configFile('printed.yaml', first.out)]);
    expect(second.invocation?.options).toEqual({ batchSize: 64 });
    expect(second.invocation?.modelOptions).toEqual({ hiddenUnits: '8,4' });
  });

  it.each<[string, string, RegExp]>([
    [
      'typo.yaml',
      'bach-size: 3',
      /^config .*typo.yaml: expected an option that it knows, got "bach-size"; did you mean "batch-size"\?$/,
    ],
    ['list.yaml', '- 1\n- 2', /a mapping of option names to values, got \[1,2\]; write lines such as/],
    ['broken.yaml', 'a: [1', /expected YAML or JSON, got .* at line 1/],
    ['type.yaml', 'batch-size: true', /an integer >= 1 for batch-size, got true$/],
    ['flag.yaml', 'json: maybe', /true or false for json, got "maybe"$/],
    ['map.yaml', 'split: [1]', /a mapping for split, got \[1\]$/],
  ])('refuses %s', async (name, content, message) => {
    await expect(invoke(['--config', configFile(name, content)], false)).rejects.toThrow(message);
  });

  it('must exist', async () => {
    await expect(invoke(['--config', join(folder, 'none.yaml')])).rejects.toThrow(
      /expected a readable file, got ENOENT.*; check --config$/,
    );
  });
});

describe('main', () => {
  it('prints the help of ctrflow and of a command', async () => {
    const all = await runMain([]);
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toContain('models');
    const one = await runMain(['models', '--help']);
    expect(one.out).toContain('--json');
  });

  it('suggests a command', async () => {
    const ran = await runMain(['modles']);
    expect(ran.code).toBe(2);
    expect(ran.err).toBe("error ctrflow: unknown command 'modles' (Did you mean models?); see --help\n");
  });

  it('prints its version', async () => {
    expect((await runMain(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
