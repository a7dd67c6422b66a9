import { flag, integer, oneOf, share, units } from '@ctrflow/core';
import { describe, expect, it } from 'vitest';
import { modelOptionsFor } from '../src/args/model-options';

const seed = integer(1, 'Seeds weights.', { min: 0 });
const lr = { modelName: 'lr', options: { seed, bias: flag(true, 'Bias.') } };
const deep = {
  modelName: 'deep',
  options: {
    seed,
    hiddenUnits: units([400, 400], 'H, units of each hidden layer.'),
    activation: oneOf(['relu', 'tanh'], 'relu', 'Activation of the hidden layers.'),
    dropout: share(0, 'Dropout after each hidden layer.'),
  },
};

const optionsOf = (
  modelOptions: Record<string, unknown>,
  factories: Parameters<typeof modelOptionsFor>[1] = [lr, deep],
) => modelOptionsFor({ who: 'ctrflow train', modelOptions, knownOptions: ['epochs', 'label'] }, factories);

describe('modelOptionsFor', () => {
  it('reads texts as each option does, and gives an option to the models that have it', () => {
    expect(optionsOf({ seed: '7', hiddenUnits: '64,32', activation: 'tanh', dropout: '0.2', bias: 'false' })).toEqual([
      { seed: 7, bias: false },
      { seed: 7, hiddenUnits: [64, 32], activation: 'tanh', dropout: 0.2 },
    ]);
    expect(optionsOf({ bias: true })).toEqual([{ bias: true }, {}]);
  });

  it('leaves the values of a config file as they are', () => {
    expect(optionsOf({ hiddenUnits: [8], dropout: 0.1 }, [deep])).toEqual([{ hiddenUnits: [8], dropout: 0.1 }]);
  });

  // Fails for: an empty text split into one empty part, which is refused as a number.
  it('takes an empty text for an empty list', () => {
    expect(optionsOf({ hiddenUnits: '' }, [deep])).toEqual([{ hiddenUnits: [] }]);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ hidenUnits: '8' }, /an option that it knows, got "--hiden-units"; did you mean "--hidden-units"\?$/],
    [{ epochz: '8' }, /got "--epochz"; did you mean "--epochs"\?$/],
    [{ zzzzzzzz: '8' }, /got "--zzzzzzzz"; see --help$/],
    [{ hiddenUnits: '8,x' }, /an integer >= 1 for --hidden-units\[1\], got "x"$/],
    [{ hiddenUnits: '8,' }, /an integer >= 1 for --hidden-units\[1\], got ""$/],
    [{ dropout: '' }, /a finite number >= 0 and <= 0.99 for --dropout, got ""$/],
    [{ dropout: '2' }, /a finite number >= 0 and <= 0.99 for --dropout, got 2$/],
    [{ dropout: true }, /a value for --dropout, got true; such as --dropout 0$/],
    [{ hiddenUnits: true }, /a value for --hidden-units, got true; such as --hidden-units 400,400$/],
    [{ activation: 'rely' }, /one of relu, tanh for --activation, got "rely"; did you mean "relu"\?$/],
    [{ bias: 'maybe' }, /true or false for --bias, got "maybe"$/],
  ])('refuses %j', (options, message) => {
    expect(() => optionsOf(options)).toThrow(message);
  });

  it('says which of several models refuses a value', () => {
    expect(() => optionsOf({ dropout: '2' })).toThrow(/^ctrflow train, deep: expected/);
    expect(() => optionsOf({ dropout: '2' }, [deep])).toThrow(/^ctrflow train: expected/);
  });
});
