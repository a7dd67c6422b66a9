import { describe } from 'vitest';
import type { BadInput } from './harness';
import { refuses } from './harness';

const clicks = [
  'click,city,age',
  ...Array.from({ length: 60 }, (_, i) => `${i % 3 === 0 ? 1 : 0},c${i % 5},${20 + i}`),
];
const files = { 'clicks.csv': `${clicks.join('\n')}\n` };

/** A training that would work, with something added or changed. */
function train(name: string, extra: readonly string[], message: RegExp, more: Partial<BadInput> = {}): BadInput {
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
      message: /unknown command 'trian' \(Did you mean train\?\)/,
    },
    {
      name: 'no file',
      argv: ['train', '--label', 'click', '--model', 'lr'],
      code: 2,
      message: /expected a file to read, got none/,
    },
    { name: 'no label', argv: ['train', '{dir}/clicks.csv', '--model', 'lr'], files, code: 2, message: /--label/ },
    {
      name: 'no model',
      argv: ['train', '{dir}/clicks.csv', '--label', 'click'],
      files,
      code: 2,
      message: /expected a model .*--model/,
    },
    train('a file and --train', ['--train', 'b.csv'], /one of FILE and --train/),
    train('two files', ['b.csv'], /too many arguments/),
    train('an unknown option', ['--epochz', '3'], /got "--epochz"; did you mean "--epochs"\?/),
    train('an option without its value', ['--epochs'], /'--epochs <n>' argument missing/),
    train('an unknown model', ['--model', 'depfm'], /got "depfm"; did you mean "deepfm"\?/),
    train('an option of another model', ['--hidden-units', '8'], /got "--hidden-units"/),
    train("a text for a model's number", ['--embedding-dim', 'big'], /a finite number for --embedding-dim, got "big"/),
    train("a model's option out of range", ['--embedding-dim', '0'], /embeddingDim, got 0/),
    train('no epochs', ['--epochs', '0'], /an integer >= 1 for --epochs, got 0/),
    train('half a row per batch', ['--batch-size', '0.5'], /an integer >= 1 for --batch-size, got 0.5/),
    train('a negative learning rate', ['--learning-rate', '-1'], /a finite number > 0 for --learning-rate, got -1/),
    train(
      'an infinite learning rate',
      ['--learning-rate', 'Infinity'],
      /a finite number > 0 for --learning-rate, got Infinity/,
    ),
    train(
      'an unknown optimizer',
      ['--optimizer', 'adamm'],
      /one of adam, .* for --optimizer, got "adamm"; did you mean "adam"\?/,
    ),
    train('an unknown table optimizer', ['--table-optimizer', 'lazy'], /for --table-optimizer, got "lazy"/),
    train('no patience', ['--patience', '0'], /an integer >= 1 for --patience, got 0/),
    train('one class weight', ['--class-weights', '3'], /two numbers .* for --class-weights/),
    train('an unknown schedule', ['--schedule', 'cosin'], /cosin/),
    train('an unknown engine', ['--engine', 'egaer'], /egaer/),
    train('an unknown metric to monitor', ['--monitor', 'auk'], /got "auk"; did you mean "auc"\?/),
    train('an unknown way to split', ['--split', 'tiem'], /got "tiem"; did you mean "time"\?/),
    train('a misspelt part of a split', ['--split', 'by=ratio,vaild=0.1'], /got "vaild"; did you mean "valid"\?/),
    train('shares that leave nothing to train on', ['--split', 'by=ratio,valid=0.6,test=0.4'], /valid/),
    train('a negative share', ['--split', 'by=ratio,valid=-0.1'], /valid/),
    train('a split by time without a time', ['--split', 'time'], /time/),
    train(
      'an unknown policy',
      ['--on-bad-row', 'ignore'],
      /fail, skip or quarantine=FILE for --on-bad-row, got "ignore"/,
    ),
    {
      name: 'resuming nowhere',
      files,
      argv: ['train', '{dir}/clicks.csv', '--label', 'click', '--model', 'lr', '--resume'],
      code: 2,
      message: /expected the folder of a run with --resume, got none/,
    },
  ]);
});

describe('the config file', () => {
  refuses([
    train('that is not there', fromConfig, /expected a readable file, got ENOENT.*check --config/),
    train('that is broken', fromConfig, /expected YAML or JSON, got .* at line 1/, config('a: [1')),
    train('that is a list', fromConfig, /expected a mapping of option names to values, got \[1,2\]/, config('[1, 2]')),
    train('with a typo', fromConfig, /got "--epohs"; did you mean "--epochs"\?/, config('epohs: 3')),
    train(
      'with a wrong type',
      fromConfig,
      /config .*: expected an integer >= 1 for epochs, got \[3\]/,
      config('epochs: [3]'),
    ),
    train('with a field of no kind', fromConfig, /kind/, config('fields: [{name: city, kind: categorial}]')),
    train('with fields that are no list', fromConfig, /expected a list of fields, got 3/, {
      ...config('fields: 3'),
      code: 3,
    }),
  ]);
});
