import type { ModelFactory } from '@ctrflow/model-kit';
import { describe, expect, it } from 'vitest';
import { modelOptionsFor } from '../src/args/model-options';

const factory = (defaults: object): ModelFactory => ({ defaults }) as unknown as ModelFactory;
const lr = factory({ seed: 1, bias: true });
const deep = factory({ seed: 1, hiddenUnits: [400, 400], activation: 'relu', activations: ['relu'], dropout: 0 });

const optionsOf = (modelOptions: Record<string, unknown>, factories = [lr, deep]) =>
  modelOptionsFor({ who: 'ctrflow train', modelOptions, knownOptions: ['epochs', 'label'] }, factories);

describe('modelOptionsFor', () => {
  it('gives texts the type of the default, and an option to the models that have it', () => {
    expect(optionsOf({ seed: '7', hiddenUnits: '64,32', activation: 'tanh', dropout: '0.2', bias: 'false' })).toEqual([
      { seed: 7, bias: false },
      { seed: 7, hiddenUnits: [64, 32], activation: 'tanh', dropout: 0.2 },
    ]);
  });

  it('leaves the values of a config file as they are', () => {
    expect(optionsOf({ hiddenUnits: [8], activations: 'relu,tanh' }, [deep])).toEqual([
      { hiddenUnits: [8], activations: ['relu', 'tanh'] },
    ]);
  });

  // Fails for: an empty text split into one empty part, which is refused as a number.
  it('takes an empty text for an empty list', () => {
    expect(optionsOf({ hiddenUnits: '', activations: '' }, [deep])).toEqual([{ hiddenUnits: [], activations: [] }]);
  });

  it.each<[Record<string, unknown>, RegExp]>([
    [{ hidenUnits: '8' }, /an option that it knows, got "--hiden-units"; did you mean "--hidden-units"\?$/],
    [{ epochz: '8' }, /got "--epochz"; did you mean "--epochs"\?$/],
    [{ zzzzzzzz: '8' }, /got "--zzzzzzzz"; see --help$/],
    [{ hiddenUnits: '8,x' }, /a finite number for --hidden-units, got "x"$/],
    [{ dropout: '' }, /a finite number for --dropout, got ""$/],
    [{ dropout: true }, /a value for --dropout, got true; such as --dropout 0$/],
    [{ bias: 'maybe' }, /true or false for --bias, got "maybe"; write --bias=true$/],
  ])('refuses %j', (options, message) => {
    expect(() => optionsOf(options)).toThrow(message);
  });
});
