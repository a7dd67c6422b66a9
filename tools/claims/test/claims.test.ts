import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { countNumbers, differences } from '../src/compare-output';
import { findClaims } from '../src/find-claims';
import { runCommand } from '../src/run-command';

const block = [
  'model   test AUC     95 % interval       time',
  '------  --------',
  'deepfm    0.8174  0.8089 to 0.8259  1 min 31 s',
];

test('claims are found with their command, tolerance and lines', () => {
  const markdown = [
    '# A',
    '',
    '<!-- claim: ctrflow a && ctrflow b --x 1; within 1e-4 -->',
    '',
    '```',
    ...block,
    '...',
    '```',
    'text',
    '```',
    'no claim',
    '```',
  ];
  expect(findClaims('a.md', markdown.join('\n'))).toEqual([
    { file: 'a.md', line: 3, commands: ['ctrflow a', 'ctrflow b --x 1'], within: 1e-4, text: block },
  ]);
  expect(() => findClaims('a.md', '<!-- claim: ctrflow a -->\ntext')).toThrow(
    /^a\.md:1: expected a block of code after a claim, got text$/,
  );
});

test.each<[string, number, string[]]>([
  ['the same', 0, block],
  [
    'another time and width',
    0,
    ['x', 'model  test AUC     95 % interval    time', '-----  ----', 'deepfm  0.8174 0.8089 to 0.8259  18 s'],
  ],
  ['a number within the tolerance', 1e-4, [...block.slice(0, 2), 'deepfm    0.8173  0.8089 to 0.8259  5.4 s']],
])('%s agrees', (_, within, output) => {
  expect(differences(block, output.join('\n'), within)).toEqual([]);
});

test('another number, a missing line and a line that is printed once differ', () => {
  const output = [...block.slice(0, 2), 'deepfm    0.8172  0.8089 to 0.8259  5.4 s'].join('\n');
  expect(differences(block, output, 1e-4)).toEqual([{ claimed: block[2], printed: output.split('\n')[2] }]);
  expect(differences(['a 1 b'], 'a 1 c', 0)).toEqual([{ claimed: 'a 1 b' }]);
  expect(differences(['a 1', 'a 1'], 'a 1', 0)).toEqual([{ claimed: 'a 1' }]);
  expect(differences(['loss -0.5'], 'loss 0.5', 0.1)).toEqual([{ claimed: 'loss -0.5', printed: 'loss 0.5' }]);
  expect(differences(['16,000 rows'], '16,001 rows', 0)).toHaveLength(1);
});

test('times are no numbers', () => {
  expect(countNumbers(['fm 1/8  loss 0.5041  1 min 3 s', 'lr: compiled in 36 ms, 1,234 rows/s, 12.7 %'])).toBe(3 + 1);
});

test('only commands of ctrflow are run', async () => {
  await expect(runCommand('rm -r x', '.')).rejects.toThrow(/^claims: expected a command of ctrflow, got rm -r x$/);
});

test('npm start is the demonstration', () => {
  const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
    scripts: { start: string };
  };
  expect(scripts.start).toBe('npm run -s ctrflow -- demo');
});
