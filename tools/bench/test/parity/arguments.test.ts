import { expect, it } from 'vitest';
import { parseParityArguments } from '../../src/parity/arguments';

const data = ['--train', 'a.csv', '--label', 'y'];

it('reads data, models and settings', () => {
  const given = ['--valid', 'b.csv', '--test', 'c.csv', '--positive', 'yes,y', '--models', 'fm,din', '--seeds', '3'];
  const request = parseParityArguments([
    ...data,
    ...given,
    '--hidden-units',
    '8,4',
    '--l2-net',
    '0.01',
    '--batch-norm',
    '--clip-norm',
    '0.5',
  ]);
  expect(request).toMatchObject({
    data: { train: 'a.csv', valid: 'b.csv', test: 'c.csv', label: 'y', positive: ['yes', 'y'] },
    models: ['fm', 'din'],
    seeds: 3,
    peer: 'fuxictr',
    settings: {
      hiddenUnits: [8, 4],
      l2Net: 0.01,
      batchNorm: true,
      clipNorm: 0.5,
      embeddingDim: 10,
      batchSize: 4096,
      patience: 2,
    },
  });
});

it('says what is wrong', () => {
  const wrong = (...args: readonly string[]) => expect(() => parseParityArguments(args));
  wrong('--label', 'y').toThrow(/expected a file to train on, got "?none"?; give --train FILE/);
  wrong('--train', 'a.csv').toThrow(/expected a column to predict/);
  wrong(...data, '--schema', 's.json').toThrow(/one of --label and --schema/);
  wrong(...data, '--models', 'deepfn').toThrow(/models among lr, fm, .* got "deepfn"; did you mean "deepfm"/);
  wrong(...data, '--seeds', '0').toThrow(/--seeds/);
  wrong(...data, '--dropout', '1').toThrow(/--dropout/);
  wrong(...data, '--hidden-units', '8,x').toThrow(/--hidden-units/);
  wrong(...data, '--peer', 'torch').toThrow(/fuxictr or none for --peer/);
  wrong(...data, '--seed', '2').toThrow(/did you mean --seeds/);
  wrong(...data, '--lockstep', 'x').toThrow(/--lockstep/);
  wrong('a.csv').toThrow(/flags only/);
});
