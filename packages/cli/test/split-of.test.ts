import { describe, expect, test } from 'vitest';
import type { dataOptions } from '../src/args/data-options';
import type { Values } from '../src/args/option';
import { splitOf } from '../src/steps/data-split';

// Fails for: another default share, a share beside a file of the part, the two shares exchanged, a column of another role.
describe('splitOf', () => {
  test.each<[string, Values<typeof dataOptions>, object | undefined]>([
    ['nothing', {}, undefined],
    ['one share', { split: { valid: 0.3 } }, { by: 'ratio', valid: 0.3, test: 0.1 }],
    ['two shares', { split: { valid: 0.2, test: 0.3 } }, { by: 'ratio', valid: 0.2, test: 0.3 }],
    ['a file beside', { split: { test: 0.3 }, valid: 'v.csv' }, { by: 'ratio', valid: 0, test: 0.3 }],
    ['a key and a seed', { split: { key: 'id', seed: 5 } }, { by: 'ratio', valid: 0.1, test: 0.1, key: 'id', seed: 5 }],
    [
      'times',
      { split: { by: 'time' }, time: 'at', group: 'user' },
      { by: 'time', valid: 0.1, test: 0.1, column: 'at' },
    ],
    [
      'groups',
      { split: { by: 'group' }, time: 'at', group: 'user' },
      { by: 'group', valid: 0.1, test: 0.1, column: 'user' },
    ],
    [
      'a column of its own',
      { split: { by: 'group', column: 'shop' }, group: 'user' },
      { by: 'group', valid: 0.1, test: 0.1, column: 'shop' },
    ],
    [
      'last ones',
      { split: { by: 'leave-last-out', group: 'shop' }, time: 'at', group: 'user' },
      { by: 'leave-last-out', group: 'shop', time: 'at' },
    ],
    ['none', { split: { by: 'none' } }, { by: 'none' }],
  ])('%s', (_, options, split) => {
    expect(splitOf('ctrflow train', options)).toEqual(split);
  });
});
