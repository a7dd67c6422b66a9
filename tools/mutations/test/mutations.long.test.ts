import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index';
import { packageOf } from '../src/package-of';
import { runMutations } from '../src/run-mutations';
import { describeTrial, tableOf } from '../src/table';

const packages = [...new Set(catalogue.map(packageOf))];

test.each(packages)('the tests find 95 % of the bugs planted in %s', async (name) => {
  const trials = await runMutations(catalogue.filter((bug) => packageOf(bug) === name));
  const left = trials.filter(({ fate }) => fate !== 'killed');
  console.log([tableOf(trials), ...left.map(describeTrial)].join('\n'));
  expect(trials.filter(({ fate }) => fate === 'not planted').map(describeTrial)).toEqual([]);
  expect(left.length, left.map(describeTrial).join('\n')).toBeLessThanOrEqual(0.05 * trials.length);
});
