import { expect, test } from 'vitest';
import { ConfigError, DataError, defineBrand, expected, isCtrflowError, show } from '../src/index';

test('a message says who, what was expected, what came, and what to do', () => {
  const message = expected('mlp', 'at least one layer for hiddenUnits', [], 'use lr for a model without hidden layers');
  expect(message).toBe(
    'mlp: expected at least one layer for hiddenUnits, got []; use lr for a model without hidden layers',
  );
});

test('a data error says where', () => {
  const error = new DataError(expected('openDataset', 'a number', 'abc'), {
    file: 'clicks.csv',
    line: 17,
    column: 'price',
    value: 'abc',
  });
  expect(error.message).toBe(
    'openDataset: expected a number, got "abc" (file clicks.csv, line 17, column "price", value "abc")',
  );
  expect(error.location.line).toBe(17);
});

test('errors of another copy of the package are recognized', () => {
  const brand = Symbol.for('@ctrflow/error');
  class ForeignError extends Error {
    override readonly name = 'ConfigError';
  }
  const foreign = Object.assign(new ForeignError(), { [brand]: true });
  expect(isCtrflowError(foreign)).toBe(true);
  expect(isCtrflowError(foreign, 'ConfigError')).toBe(true);
  expect(isCtrflowError(new ConfigError('x'), 'DataError')).toBe(false);
  expect(isCtrflowError(new Error('x'))).toBe(false);
  expect(isCtrflowError('ConfigError')).toBe(false);
});

test('long and odd values are shown short', () => {
  expect(show('a'.repeat(500))).toHaveLength(120);
  expect(show(new Float32Array(4))).toBe('Float32Array of 16 bytes');
  expect(show(undefined)).toBe('undefined');
  expect(show(() => 0)).toBe('a function');
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  expect(show(circular)).toBe('an object');
});

test('a brand holds across copies of a package', () => {
  const one = defineBrand<{ value: number }>('test');
  const other = defineBrand<{ value: number }>('test');
  const marked = one.mark({ value: 1 });
  expect(other.is(marked)).toBe(true);
  expect(other.is({ value: 1 })).toBe(false);
  expect(other.is(null)).toBe(false);
  expect(Object.keys(marked)).toEqual(['value']);
});
