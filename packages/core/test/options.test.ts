import { describe, expect, expectTypeOf, test } from 'vitest';
import { defaultsOf, fillOptions, flag, integer, number, oneOf, share, texts, units } from '../src/index';
import type { FilledOptions, OptionsOf } from '../src/index';

const options = {
  hiddenUnits: units([400, 400], 'H, units of each hidden layer.'),
  attentionUnits: units([36], 'H, units of the attention.', { nonEmpty: true }),
  dropout: share(0, 'Dropout after each hidden layer.'),
  batchNorm: flag(false, 'Batch normalization in each hidden layer.'),
  activation: oneOf(['relu', 'tanh'], 'relu', 'Activation of the hidden layers.'),
  itemFields: texts(['item'], 'Fields of the item.'),
  numHeads: integer(2, 'Attention heads.', { min: 1 }),
  clipNorm: number(undefined, 'Largest norm.', { min: 0, exclusive: true }),
};

test('types come from the declarations', () => {
  expectTypeOf<OptionsOf<typeof options>>().toEqualTypeOf<{
    readonly hiddenUnits?: readonly number[];
    readonly attentionUnits?: readonly number[];
    readonly dropout?: number;
    readonly batchNorm?: boolean;
    readonly activation?: 'relu' | 'tanh';
    readonly itemFields?: readonly string[];
    readonly numHeads?: number;
    readonly clipNorm?: number;
  }>();
  expectTypeOf<FilledOptions<typeof options>['dropout']>().toEqualTypeOf<number>();
  expectTypeOf<{ readonly clipNorm?: number }>().toEqualTypeOf<Pick<FilledOptions<typeof options>, 'clipNorm'>>();
  // @ts-expect-error: a default is one of the words
  oneOf(['relu', 'tanh'], 'rely', 'Activation.');
});

describe('fillOptions', () => {
  test('fills in defaults, and takes what was given', () => {
    const filled = fillOptions('deepfm', options, { dropout: 0.5, activation: undefined, attentionUnits: [8] });
    expect(filled).toEqual({ ...defaultsOf(options), dropout: 0.5, attentionUnits: [8] });
    expect(filled).toMatchObject({ hiddenUnits: [400, 400], activation: 'relu', batchNorm: false, numHeads: 2 });
    expect('clipNorm' in filled, 'what has no default is absent').toBe(false);
  });

  // Planted bugs that this fails for: the list of the user or of the default handed on, which whoever has it can change.
  test('gives lists that nobody else has', () => {
    const given = [8, 4];
    const filled = fillOptions('deepfm', options, { hiddenUnits: given });
    expect(filled.hiddenUnits).toEqual(given);
    expect(filled.hiddenUnits).not.toBe(given);
    expect(filled.attentionUnits).not.toBe(options.attentionUnits.default);
  });

  test.each<[object, string]>([
    [{ hidenUnits: [3] }, 'deepfm: expected an option among hiddenUnits, attentionUnits, dropout, batchNorm, activation, itemFields, numHeads, clipNorm, got "hidenUnits"; did you mean "hiddenUnits"?'], // prettier-ignore
    [{ toString: 1 }, 'got "toString"'],
    [{ dropout: null }, 'deepfm: expected a value for dropout, got null; leave it out for the default'],
    [{ hiddenUnits: 8 }, 'deepfm: expected a list of numbers for hiddenUnits, got 8'],
    [{ hiddenUnits: [8, 0] }, 'deepfm: expected an integer >= 1 for hiddenUnits[1], got 0'],
    [{ attentionUnits: [] }, 'deepfm: expected one layer or more for attentionUnits, got []'],
    [{ dropout: 1 }, 'deepfm: expected a finite number >= 0 and <= 0.99 for dropout, got 1'],
    [{ dropout: '0.1' }, 'deepfm: expected a finite number >= 0 and <= 0.99 for dropout, got "0.1"'],
    [{ batchNorm: 'no' }, 'deepfm: expected true or false for batchNorm, got "no"'],
    [{ activation: 'rellu' }, 'deepfm: expected one of relu, tanh for activation, got "rellu"; did you mean "relu"?'],
    [{ itemFields: 'item' }, 'deepfm: expected a list of texts for itemFields, got "item"'],
    [{ numHeads: 1.5 }, 'deepfm: expected an integer >= 1 for numHeads, got 1.5'],
    [{ clipNorm: 0 }, 'deepfm: expected a finite number > 0 for clipNorm, got 0'],
  ])('refuses %j', (given, message) => {
    expect(() => fillOptions('deepfm', options, given)).toThrow(
      expect.objectContaining({ name: 'ConfigError', message: expect.stringContaining(message) as string }) as Error,
    );
  });
});

// Planted bugs that this fails for: Number('') is 0, Number('8,') would be a layer of 0 units.
test.each<[keyof typeof options, string, unknown]>([
  ['hiddenUnits', '64,32', [64, 32]],
  ['hiddenUnits', '', []],
  ['hiddenUnits', '8,x', [8, 'x']],
  ['hiddenUnits', '8,', [8, '']],
  ['dropout', '0.2', 0.2],
  ['dropout', '', ''],
  ['dropout', 'much', 'much'],
  ['numHeads', '1e1', 10],
  ['batchNorm', 'true', true],
  ['batchNorm', 'false', false],
  ['batchNorm', 'yes', 'yes'],
  ['activation', 'relu', 'relu'],
])('%s reads the text "%s"', (name, text, value) => {
  expect(options[name].fromText(text)).toEqual(value);
});
