import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  camelCase,
  formatBytes,
  formatCount,
  formatEpochs,
  formatMetric,
  formatSeconds,
  kebabCase,
} from '../src/output/format';
import { renderTable } from '../src/output/table';

describe('format', () => {
  it.each([
    [0, '0 ms'],
    [0.0304, '30 ms'],
    [0.096, '0.1 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.6, '1 min 0 s'],
    [185, '3 min 5 s'],
    [7800, '2 h 10 min'],
    [7199.9, '2 h 0 min'],
  ])('shows %d seconds as %s', (seconds, shown) => {
    expect(formatSeconds(seconds)).toBe(shown);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [20 * 1024 ** 2, '20 MiB'],
  ])('shows %d bytes as %s', (bytes, shown) => {
    expect(formatBytes(bytes)).toBe(shown);
  });

  it('groups thousands and keeps a missing metric apart from zero', () => {
    expect(formatCount(1234567)).toBe('1,234,567');
    expect(formatCount(1999.5)).toBe('2,000');
    expect([formatEpochs(1), formatEpochs(20)]).toEqual(['1 epoch', '20 epochs']);
    expect([formatMetric(0), formatMetric(undefined), formatMetric(NaN)]).toEqual(['0.0000', '-', '-']);
  });

  it('turns option names into flags and back', () => {
    const word = fc.stringMatching(/^[a-z][a-z]{0,5}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        // Planted bug that this catches: replacing the first capital only.
        const flag = words.join('-');
        expect(kebabCase(camelCase(flag))).toBe(flag);
      }),
    );
    expect(camelCase('l2-net')).toBe('l2Net');
  });
});

describe('renderTable', () => {
  it('aligns columns by their widest cell', () => {
    const table = renderTable(
      [{ title: 'model' }, { title: 'AUC', align: 'right' }],
      [
        ['lr', '0.8'],
        ['deepfm', '0.8123'],
      ],
    );
    expect(table).toBe('model      AUC\n------  ------\nlr         0.8\ndeepfm  0.8123\n');
  });
});
