import { expect, test } from 'vitest';
import { catalogue } from '../src/catalogue/index';
import { runMutations } from '../src/run-mutations';

test('the tests find every bug of the catalogue', async () => {
  const trials = await runMutations(catalogue);
  const left = trials.filter(({ fate }) => fate !== 'killed');
  console.log(`${trials.length} bugs planted, ${trials.length - left.length} killed`);
  expect(
    left.map(({ mutation: { of, find, replace }, fate, note }) => `${fate}: ${of}: ${find} -> ${replace}: ${note}`),
  ).toEqual([]);
});
