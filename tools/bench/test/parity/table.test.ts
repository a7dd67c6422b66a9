import { expect, it } from 'vitest';
import { parseParityArguments } from '../../src/parity/arguments';
import { commandLine } from '../../src/parity/lines';
import type { ParityRun, SideName } from '../../src/parity/runs';
import { renderParity, summarizeParity } from '../../src/parity/table';

const run = (side: SideName, seed: number, auc: number): ParityRun => ({ model: 'fm', side, seed, auc, logLoss: 0.3, validAuc: 0.8, epochs: 4, secondsPerEpoch: 1, parameters: 9 }); // prettier-ignore
const ours = [0.8, 0.7, 0.9].map((auc, i) => run('ours', i + 1, auc));
const theirs = [0.8002, 0.7001, 0.9003].map((auc, i) => run('fuxictr', i + 1, auc));
const request = (...flags: readonly string[]) =>
  parseParityArguments(['--train', 'data/a.csv', '--label', 'y', '--models', 'fm', '--seeds', '3', ...flags])!;

// Seeds differ by 0.1, pairs by 0.0003 at most: what is paired is judged by the pairs, else by Welch's bound.
it('judges pairs by their differences', () => {
  const runs = [...ours, ...theirs];
  const [apart] = summarizeParity({ request: request(), runs });
  const [paired] = summarizeParity({ request: request('--paired'), runs });
  expect(apart).toMatchObject({ withinMargin: false });
  expect(apart).not.toHaveProperty('pairedBound');
  expect(paired).toMatchObject({ withinMargin: true, lowerBound: apart.lowerBound, difference: apart.difference });
  // Mean -0.0002, s = 0.0001, t(2) = 2.919986.
  expect(paired.pairedBound).toBeCloseTo(-0.0002 - (2.919986 * 0.0001) / Math.sqrt(3), 9);
  const text = renderParity({ request: request('--paired'), rows: { train: 1, valid: 1, test: 1 }, features: 1, runs });
  expect(text).toMatch(/-0.00020 {2,}-0.17\d+ {2,}-0.00037 .* not worse by 0.001/);
});

it('keeps a command as a shell takes it, without what belongs to one run', () => {
  const argv = ['--train', 'a b.csv', '--positive', ">50K,it's", '--out', 'runs/x', '--record', '--seeds', '3'];
  expect(commandLine(argv)).toBe(
    String.raw`npm run -s parity -- --train 'a b.csv' --positive '>50K,it'\''s' --seeds 3`,
  );
  expect(request().name).toBe('a.csv');
  expect(request('--name', 'Adult')).toMatchObject({ name: 'Adult', record: false });
});
