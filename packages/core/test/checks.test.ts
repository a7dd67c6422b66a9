import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf, checkUnits, suggest } from '../src/index';

test('integers and numbers within bounds pass through', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (value) => {
      expect(checkInteger('who', 'n', value, { min: 1, max: 1000 })).toBe(value);
      expect(checkNumber('who', 'x', value / 7, { min: 0 })).toBe(value / 7);
    }),
  );
});

test.each([0, 1.5, NaN, Infinity, '3', null, 2 ** 53])('%s is no batch size', (value) => {
  expect(() => checkInteger('fit', 'batchSize', value, { min: 1 })).toThrow(
    /^fit: expected an integer >= 1 for batchSize, got /,
  );
});

test('exclusive bounds exclude their ends', () => {
  expect(() => checkNumber('dropout', 'rate', 1, { min: 0, max: 1, exclusive: true })).toThrow(
    'dropout: expected a finite number > 0 and < 1 for rate, got 1',
  );
  expect(checkNumber('dropout', 'rate', 0.5, { min: 0, max: 1, exclusive: true })).toBe(0.5);
});

test('a choice that does not exist is answered with the nearest one', () => {
  expect(checkOneOf('fit', 'monitor', 'auc', ['auc', 'logLoss'])).toBe('auc');
  expect(() => checkOneOf('fit', 'monitor', 'logloss', ['auc', 'logLoss'])).toThrow(
    'fit: expected one of auc, logLoss for monitor, got "logloss"; did you mean "logLoss"?',
  );
  expect(() => checkOneOf('fit', 'monitor', 'speed', ['auc', 'logLoss'])).toThrow(/got "speed"$/);
});

test('sizes of layers are integers, and a list', () => {
  expect(checkUnits('din', 'hiddenUnits', [8, 1])).toEqual([8, 1]);
  expect(checkUnits('din', 'hiddenUnits', [])).toEqual([]);
  expect(() => checkUnits('din', 'hiddenUnits', 8)).toThrow('din: expected a list of numbers for hiddenUnits, got 8');
  expect(() => checkUnits('din', 'hiddenUnits', [8, 0])).toThrow('an integer >= 1 for hiddenUnits[1], got 0');
  expect(() => checkUnits('din', 'hiddenUnits', [], { nonEmpty: true })).toThrow('one layer or more for hiddenUnits');
});

test('a misspelt option is never ignored', () => {
  expect(() => {
    checkKnownOptions('deepfm', { hidenUnits: [64] }, ['hiddenUnits', 'dropout']);
  }).toThrow('deepfm: expected an option among hiddenUnits, dropout, got "hidenUnits"; did you mean "hiddenUnits"?');
  checkKnownOptions('deepfm', { dropout: 0.1 }, ['hiddenUnits', 'dropout']);
});

// Planted bug that this fails for: taking the last choice within the limit instead of the nearest.
test('the suggestion is a word one edit away, whatever else is offered', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, maxLength: 12 }), fc.nat(), (word, position) => {
      const at = position % word.length;
      const misspelt = word.slice(0, at) + word.slice(at + 1);
      expect(suggest(misspelt, [word, `${word}??`, `${word}???`])).toBe(word);
    }),
  );
  expect(suggest('xyzzy', ['embeddingDim', 'dropout'])).toBeUndefined();
});
