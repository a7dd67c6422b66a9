import { fitNumbers } from '@ctrflow/training/options';
import { expect, test } from 'vitest';
import { trainingOptions } from '../src/args/training-options';
import { fitSettings } from '../src/steps/fit-settings';

// Planted bugs that this fails for: a number of `fit` without a flag; one whose value does not arrive; a default in the help that is not that of `fit`.
test.each(Object.keys(fitNumbers) as (keyof typeof fitNumbers)[])('%s of fit is a flag', (name) => {
  const flag = trainingOptions[name];
  const { default: standard } = fitNumbers[name];
  expect(flag.help).toMatch(standard === undefined ? /^[^()]+$/ : new RegExp(`^[a-z].*\\(default ${standard}\\)`));
  expect(flag.placeholder).toBe(fitNumbers[name].placeholder);
  const value = flag.parse('7', { who: 'ctrflow train', name: '--flag' });
  expect(fitSettings('ctrflow train', { [name]: value })).toMatchObject({ [name]: 7 });
  expect(fitSettings('ctrflow train', {})).not.toHaveProperty(name);
  expect(() => flag.parse('-1', { who: 'ctrflow train', name: '--flag' })).toThrow(/^ctrflow train: expected .* for --flag, got -1$/); // prettier-ignore
  expect(() => flag.parse('', { who: 'ctrflow train', name: '--flag' })).toThrow(/^ctrflow train: expected .* for --flag, got ""$/); // prettier-ignore
});
