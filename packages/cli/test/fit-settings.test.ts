import { expect, test } from 'vitest';
import { fitSettings } from '../src/steps/fit-settings';

const scheduleOf = (schedule: Readonly<Record<string, unknown>>) => fitSettings('ctrflow train', { schedule }).schedule;

// Fails for: a kind without what was said of it, another kind where none is named.
test('a schedule arrives with all that was said of it', () => {
  const step = { kind: 'step', every: 2, factor: 0.5, warmUpSteps: 10 };
  expect(scheduleOf(step)).toEqual(step);
  expect(scheduleOf({ warmUpSteps: 3 })).toEqual({ kind: 'constant', warmUpSteps: 3 });
  expect(scheduleOf({ kind: 'exponential', decay: 0.01 })).toEqual({ kind: 'exponential', decay: 0.01 });
});
