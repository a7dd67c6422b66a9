import { modelFactories } from '@ctrflow/zoo';
import { describe } from 'vitest';
import type { BadInput, Message } from './harness';
import { refuses } from './harness';

const clicks = [
  'click,city,age',
  ...Array.from({ length: 60 }, (_, i) => `${i % 3 === 0 ? 1 : 0},c${i % 5},${20 + i}`),
];
const files = { 'clicks.csv': `${clicks.join('\n')}\n` };

/** A training that would work, with something added or changed. */
function train(name: string, extra: readonly string[], message: Message, more: Partial<BadInput> = {}): BadInput {
  const argv = ['train', '{dir}/clicks.csv', '--label', 'click', '--model', 'lr', '--out', '{dir}/out', ...extra];
  return { name, files, argv, code: 2, message, ...more };
}

const config = (content: string): Partial<BadInput> => ({ files: { ...files, 'config.yaml': content } });
const fromConfig = ['--config', '{dir}/config.yaml'];

describe('the command line', () => {
  refuses([
    {
      name: 'an unknown command',
      argv: ['trian', 'x.csv'],
      code: 2,
      message: "ctrflow: unknown command 'trian' (Did you mean train?); see --help",
    },
    {
      name: 'no file',
      argv: ['train', '--label', 'click', '--model', 'lr'],
      code: 2,
      message: 'ctrflow train: expected a file to read, got none; see --help',
    },
    {
      name: 'no label',
      argv: ['train', '{dir}/clicks.csv', '--model', 'lr'],
      files,
      code: 2,
      message: 'ctrflow train: expected a column to predict, got none; give --label COLUMN',
    },
    {
      name: 'no model',
      argv: ['train', '{dir}/clicks.csv', '--label', 'click'],
      files,
      code: 2,
      message: 'ctrflow train: expected a model to train, got none; give --model NAME',
    },
    train(
      'a file and --train',
      ['--train', 'b.csv'],
      'ctrflow train: expected one of FILE and --train, got "{dir}/clicks.csv and b.csv"',
    ),
    train(
      'two files',
      ['b.csv'],
      "ctrflow train: too many arguments for 'train'. Expected 1 argument but got 2.; see --help",
    ),
    train(
      'an unknown option',
      ['--epochz', '3'],
      'ctrflow train: expected an option that it knows, got "--epochz"; did you mean "--epochs"?',
    ),
    train(
      'an option without its value',
      ['--epochs'],
      "ctrflow train: option '--epochs <n>' argument missing; see --help",
    ),
    train(
      'an unknown model',
      ['--model', 'depfm'],
      `zoo: expected a model among ${Object.keys(modelFactories).join(', ')}, got "depfm"; did you mean "deepfm"?`,
    ),
    train(
      'an option of another model',
      ['--hidden-units', '8'],
      'ctrflow train: expected an option that it knows, got "--hidden-units"; see --help',
    ),
    train(
      "a text for a model's number",
      ['--embedding-dim', 'big'],
      'ctrflow train: expected an integer >= 1 and <= 65536 for --embedding-dim, got "big"',
    ),
    train(
      "a model's option out of range",
      ['--embedding-dim', '0'],
      'ctrflow train: expected an integer >= 1 and <= 65536 for --embedding-dim, got 0',
    ),
    train('no epochs', ['--epochs', '0'], 'ctrflow train: expected an integer >= 1 for --epochs, got 0'),
    train(
      'half a row per batch',
      ['--batch-size', '0.5'],
      'ctrflow train: expected an integer >= 1 for --batch-size, got 0.5',
    ),
    train(
      'a negative learning rate',
      ['--learning-rate', '-1'],
      'ctrflow train: expected a finite number > 0 for --learning-rate, got -1',
    ),
    train(
      'an infinite learning rate',
      ['--learning-rate', 'Infinity'],
      'ctrflow train: expected a finite number > 0 for --learning-rate, got Infinity',
    ),
    train(
      'an unknown optimizer',
      ['--optimizer', 'adamm'],
      'ctrflow train: expected one of adam, adamw, sgd, adagrad for --optimizer, got "adamm"; did you mean "adam"?',
    ),
    train(
      'an unknown table optimizer',
      ['--table-optimizer', 'lazy'],
      'ctrflow train: expected one of lazy-adam, adagrad, rowwise-adagrad, ftrl, sgd, dense-adam for --table-optimizer, got "lazy"',
    ),
    train('no patience', ['--patience', '0'], 'ctrflow train: expected an integer >= 1 for --patience, got 0'),
    train(
      'one class weight',
      ['--class-weights', '3'],
      'ctrflow train: expected two numbers > 0 for --class-weights, got "3"; such as 1,5',
    ),
    train(
      'an unknown schedule',
      ['--schedule', 'cosin'],
      'ctrflow train: expected one of constant, step, exponential, cosine, one-cycle, plateau for --schedule, got "cosin"; did you mean "cosine"?',
    ),
    train(
      'an unknown engine',
      ['--engine', 'egaer'],
      'ctrflow train: expected one of auto, compiled, eager, eager/node-gpu, eager/node, eager/webgpu, eager/webgl, eager/wasm, eager/cpu for --engine, got "egaer"; did you mean "eager"?',
    ),
    train(
      'an unknown metric to monitor',
      ['--monitor', 'auk'],
      'ctrflow train: expected one of auc, gauc, auc+gauc, logLoss, prAuc, normalizedEntropy, brier, ece, calibration for --monitor, got "auk"; did you mean "auc"?',
    ),
    train(
      'an unknown way to split',
      ['--split', 'tiem'],
      'ctrflow train: expected one of ratio, group, time, leave-last-out, none for --split, got "tiem"; did you mean "time"?',
    ),
    train(
      'a misspelt part of a split',
      ['--split', 'by=ratio,vaild=0.1'],
      'ctrflow train --split: expected an option among by, valid, test, key, seed, got "vaild"; did you mean "valid"?',
    ),
    train(
      'shares that leave nothing to train on',
      ['--split', 'by=ratio,valid=0.6,test=0.4'],
      'split: expected valid and test >= 0 that leave rows for training, got "0.6 and 0.4"',
    ),
    train(
      'a negative share',
      ['--split', 'by=ratio,valid=-0.1'],
      'ctrflow train: expected a finite number >= 0 and <= 1 for valid of --split, got -0.1',
    ),
    train(
      'a split by time without a time',
      ['--split', 'time'],
      'ctrflow train: expected a column to split by time, got "none"; give --time',
    ),
    train(
      'an unknown policy',
      ['--on-bad-row', 'ignore'],
      'ctrflow train: expected fail, skip or quarantine=FILE for --on-bad-row, got "ignore"',
    ),
  ]);
});

/** A training without a folder. */
function nowhere(name: string, extra: readonly string[], message: Message): BadInput {
  const argv = ['train', '{dir}/clicks.csv', '--label', 'click', '--model', 'lr', ...extra];
  return { name, files, argv, code: 2, message };
}

describe('an option that would be ignored', () => {
  const file = '{dir}/clicks.csv';
  const command = (argv: readonly string[], message: Message): BadInput => ({
    ...{ name: argv.join(' '), files, argv, code: 2, message },
  });
  const inSchema = { 'schema.json': '{"fields":[{"name":"city","kind":"categorical"}],"label":{"column":"click"}}' };
  refuses([
    nowhere('resuming nowhere', ['--resume'], 'ctrflow train: expected --out with --resume, got none; give --out FOLDER, that of the run'),
    nowhere('checkpoints nowhere', ['--checkpoint-seconds', '3'], 'ctrflow train: expected --out with --checkpoint-seconds, got none; give --out FOLDER, where checkpoints are kept'),
    train('threads of eager tfjs', ['--threads', '2', '--engine', 'eager/cpu'], 'ctrflow train: expected --engine auto or --engine compiled with --threads, got --engine eager/cpu; leave out --threads: tfjs has no such setting'),
    train('the format of no time', ['--time-format', 'iso'], 'ctrflow train: expected --time or --schema or --preset with --time-format, got none; give --time COLUMN'),
    train('decay of another optimizer', ['--weight-decay', '0.1', '--optimizer', 'sgd'], 'ctrflow train: expected --optimizer adamw with --weight-decay, got --optimizer sgd; use --l2 with the others'),
    train('decay of the default optimizer', ['--weight-decay', '0.1'], 'ctrflow train: expected --optimizer adamw with --weight-decay, got none; use --l2 with the others'),
    train('decay of everything and of each', ['--l2', '1', '--l2-net', '1', '--l2-embedding', '1'], 'ctrflow train: expected no --l2 with --l2-net and --l2-embedding, got both; leave out --l2'),
    train('a folder of no preset', ['--data', '{dir}'], 'ctrflow train: expected --preset with --data, got none; see `ctrflow presets`, or give a file'),
    train('a share of rows for a part that is a file', ['--valid', file, '--split', 'valid=0.2'], 'ctrflow train: expected one of --valid and valid=0.2 of --split, got both; the rows that the split sets apart would be left out'),
    train('rows left out for a part that is a file', ['--test', file, '--split', 'by=leave-last-out,group=city,time=age'], 'ctrflow train: expected one of --test and by=leave-last-out of --split, got both; the rows that the split sets apart would be left out'),
    train('groups to monitor, without a group', ['--monitor', 'gauc'], 'ctrflow train: expected a group with --monitor gauc, got none; give --group COLUMN'),
    train('groups to monitor, of a schema without', ['--monitor', 'auc+gauc', '--schema', '{dir}/schema.json'], 'ctrflow train: expected a group with --monitor auc+gauc, got none; give --group COLUMN', { files: { ...files, ...inSchema } }),
    train('a metric to monitor of no rows', ['--monitor', 'logLoss', '--split', 'none'], 'ctrflow train: expected rows to validate on with --monitor, got none; give --valid FILE or a share valid of --split'),
    train('patience without rows to validate on', ['--patience', '3', '--split', 'valid=0'], 'ctrflow train: expected rows to validate on with --patience, got none; give --valid FILE or a share valid of --split'),
    command(['train', file, '--schema', '{dir}/none', '--model', 'lr', '--positive', '1', '--threads', '1', '--engine', 'eager'], 'ctrflow train: expected --engine auto or --engine compiled with --threads, got --engine eager; leave out --threads: tfjs has no such setting'),
    command(['train', file, '--model', 'lr', '--positive', '1'], 'ctrflow train: expected --label or --schema or --preset with --positive, got none; give --label COLUMN'),
    command(['compare', file, '--label', 'click', '--models', 'lr', '--resume'], 'ctrflow compare: expected --out with --resume, got none; give --out FOLDER, that of the run'),
    command(['compare', file, '--models', 'lr', '--positive', '1'], 'ctrflow compare: expected --label or --schema with --positive, got none; give --label COLUMN'),
    command(['inspect', file, '--positive', '1'], 'ctrflow inspect: expected --label with --positive, got none; give --label COLUMN'),
    command(['inspect', '{dir}', '--label', 'click'], 'ctrflow inspect: expected no --label for a run: it is about files of rows; leave it out'),
    command(['predict', '{dir}', file, '--out', '{dir}/s.csv', '--engine', 'eager', '--threads', '2'], 'ctrflow predict: expected --engine auto or --engine compiled with --threads, got --engine eager; leave out --threads: tfjs has no such setting'),
    command(['evaluate', '{dir}', file, '--engine', 'eager/wasm', '--threads', '2'], 'ctrflow evaluate: expected --engine auto or --engine compiled with --threads, got --engine eager/wasm; leave out --threads: tfjs has no such setting'),
    command(['datagen', '--items', '3', '--out', '{dir}/shop'], 'ctrflow datagen: expected --preset mock with --items, got none; the shops have as many items as they have'),
    command(['datagen', '--users', '3', '--preset', 'shop-v1', '--out', '{dir}/shop'], 'ctrflow datagen: expected --preset mock with --users, got --preset shop-v1; the shops have as many users as they have'),
  ]); // prettier-ignore
  refuses([
    {
      ...command(
        ['inspect', '{dir}/schema.json', '--limit', '3'],
        'ctrflow inspect: expected no --limit for a schema: it is about files of rows; leave it out',
      ),
      files: inSchema,
    },
  ]);
});

describe('the config file', () => {
  refuses([
    train(
      'that is not there',
      fromConfig,
      "config {dir}/config.yaml: expected a readable file, got ENOENT: no such file or directory, open '{dir}/config.yaml'; check --config",
    ),
    train(
      'that is broken',
      fromConfig,
      /^config \{dir\}\/config\.yaml: expected YAML or JSON, got .* at line 1, column 6:$/,
      config('a: [1'),
    ),
    train(
      'that is a list',
      fromConfig,
      'config {dir}/config.yaml: expected a mapping of option names to values, got [1,2]; write lines such as "epochs: 5"',
      config('[1, 2]'),
    ),
    train(
      'with a typo',
      fromConfig,
      'ctrflow train: expected an option that it knows, got "--epohs"; did you mean "--epochs"?',
      config('epohs: 3'),
    ),
    train(
      'with a wrong type',
      fromConfig,
      'config {dir}/config.yaml: expected an integer >= 1 for epochs, got [3]',
      config('epochs: [3]'),
    ),
    train(
      'with a field of no kind',
      fromConfig,
      'schema: field "city": expected one of numeric, categorical, hashed, crossed, sequence, multi-hot, time-part, tensor for kind, got "categorial"; did you mean "categorical"?',
      config('fields: [{name: city, kind: categorial}]'),
    ),
    train('with fields that are no list', fromConfig, 'fields: expected a list of fields, got 3', {
      ...config('fields: 3'),
      code: 3,
    }),
  ]);
});
