import { describe, expect, test } from 'vitest';
import { inferSchema, tableBytes, validateSpec } from '../src/index';
import type { ColumnProfile } from '../src/index';

describe('a wrong declaration says what is wrong', () => {
  const one = { name: 'x', kind: 'categorical' };
  const field = (options: object): object => ({ fields: [{ ...one, ...options }] });
  test.each<[string, unknown, RegExp]>([
    ['no object', 'text', /schema: expected an object with a list of fields, got "text"/],
    ['unknown option', { fields: [one], lable: 'y' }, /did you mean "label"\?/],
    ['unknown kind', field({ kind: 'categoric' }), /field "x".*did you mean "categorical"\?/],
    ['option of another kind', field({ numBuckets: 3 }), /schema: field "x": expected an option among/],
    ['no name', field({ name: '' }), /a text that is not empty for name, got ""/],
    ['slash in a name', field({ name: 'a/b' }), /field names without "\/" and ":"/],
    ['name twice', { fields: [one, one] }, /unique field names, got "\\"x\\" twice"/],
    ['count below one', field({ minCount: 0 }), /an integer >= 1.* for minCount, got 0/],
    ['embedding size', field({ embeddingDim: 1.5 }), /an integer >= 1 for embeddingDim, got 1.5/],
    ['reservedRows', field({ reservedRows: 'no' }), /true or false for reservedRows, got "no"/],
    ['transform', field({ kind: 'numeric', transform: 'logs' }), /did you mean "log"\?/],
    ['missing', field({ kind: 'numeric', missing: 'median' }), /"mean" or a finite number for missing/],
    ['buckets', field({ kind: 'hashed' }), /an integer >= 1 .*for numBuckets, got undefined/],
    ['end of a sequence', field({ kind: 'sequence', keep: 'newest' }), /one of first, last for keep/],
    ['separator', field({ kind: 'sequence', separator: '' }), /a text that is not empty for separator/],
    ['part of a time', field({ kind: 'time-part', part: 'minute' }), /for part, got "minute"/],
    ['time without a year', field({ kind: 'time-part', part: 'hour', format: 'HH' }), /with a year, got "HH"/],
    ['cross of one', field({ kind: 'crossed', fields: ['a'], numBuckets: 3 }), /two or more fields to cross/],
    ['cross of nothing', { fields: [one, { name: 'c', kind: 'crossed', fields: ['x', 'xx'], numBuckets: 3 }] }, /did you mean "x"\?/], // prettier-ignore
    ['cross of a list', { fields: [one, { name: 's', kind: 'sequence' }, { name: 'c', kind: 'crossed', fields: ['x', 's'], numBuckets: 3 }] }, /"\\"s\\" of kind sequence"/], // prettier-ignore
    ['table of another kind', { fields: [one, { name: 's', kind: 'sequence', shareTable: 'n' }, { name: 'n', kind: 'numeric' }] }, /a field with a vocabulary for shareTable/], // prettier-ignore
    ['table of a borrower', { fields: [one, { ...one, name: 'a', shareTable: 'x' }, { ...one, name: 'b', shareTable: 'a' }] }, /name "x" instead/], // prettier-ignore
    ['reserved rows of a shared table', { fields: [{ ...one, reservedRows: false }, { name: 's', kind: 'sequence', shareTable: 'x' }] }, /the same reservedRows as the owner/], // prettier-ignore
    ['another end of a history', { fields: [{ name: 's', kind: 'sequence', history: 'h' }, { name: 't', kind: 'sequence', history: 'h', keep: 'first' }] }, /one keep for all columns of history "h", got "last for \\"s\\" and first for \\"t\\""; they are cut together/], // prettier-ignore
    ['another length of a history', { fields: [{ name: 's', kind: 'sequence', history: 'h', maxLength: 3 }, { name: 't', kind: 'sequence', history: 'h' }] }, /one maxLength for all columns of history "h", got "3 for \\"s\\" and 50 for \\"t\\""/], // prettier-ignore
    ['a length beside the sessions of a history', { fields: [{ name: 's', kind: 'sequence', history: 'h', sessions: { times: 'at' } }, { name: 't', kind: 'sequence', history: 'h', maxLength: 3 }] }, /neither maxLength nor keep beside the sessions of history "h", got "maxLength for \\"t\\""/], // prettier-ignore
    ['label as a field', { fields: [one], label: { column: 'x' } }, /a label that is no input/],
    [
      'positives',
      { fields: [one], label: { column: 'y', positive: 'yes' } },
      /a list of texts for positive, got "yes"/,
    ],
    ['null markers', { fields: [one], nullValues: '?' }, /a list of texts for nullValues/],
    ['trim', { fields: [one], trim: 'yes' }, /true or false for trim/],
    ['weight', { fields: [one], weight: '' }, /a text that is not empty for weight/],
  ])('%s', (_, spec, message) => {
    expect(() => validateSpec(spec)).toThrow(message);
  });
});

describe('inference', () => {
  const profile = (column: string, options: Partial<ColumnProfile> = {}): ColumnProfile => ({
    column,
    numRows: 1000,
    numMissing: 0,
    numDistinct: 10,
    numNumbers: 0,
    numIntegers: 0,
    numLeadingZeros: 0,
    numDates: 0,
    numLists: 0,
    maxLength: 5,
    examples: ['a'],
    ...options,
  });
  const numbers = { numNumbers: 1000, numIntegers: 1000 };
  test.each<[string, Partial<ColumnProfile>, object | undefined, RegExp]>([
    ['texts', {}, { kind: 'categorical' }, /texts/],
    ['rare texts', { numDistinct: 500 }, { kind: 'categorical', minCount: 2 }, /texts/],
    ['very many texts', { numRows: 1e7, numDistinct: 2e6 }, { kind: 'hashed', numBuckets: 1_000_000 }, /very many/],
    ['few integers', { ...numbers }, { kind: 'categorical' }, /integers with few values/],
    ['many integers', { ...numbers, numDistinct: 300 }, { kind: 'numeric', transform: 'log' }, /numbers/],
    ['numbers', { ...numbers, numIntegers: 3, numDistinct: 300 }, { kind: 'numeric' }, /numbers/],
    ['numbers with a marker', { numNumbers: 900, numDistinct: 300, examples: ['?'] }, { kind: 'numeric' }, /numbers/],
    ['leading zeros', { ...numbers, numLeadingZeros: 4, numDistinct: 30 }, { kind: 'categorical' }, /no quantity/],
    ['20 digits', { ...numbers, maxLength: 20, numDistinct: 30 }, { kind: 'categorical' }, /no quantity/],
    ['dates', { numDates: 1000 }, { kind: 'time-part', part: 'day-of-week' }, /dates/],
    ['texts of lists', { numLists: 400 }, { kind: 'sequence' }, /a list/],
    ['lists', { numLists: 1000, declaredLists: true, numDistinct: 1000 }, { kind: 'sequence' }, /^lists$/],
    ['an id', { numDistinct: 1000 }, undefined, /another value in every row: an id/],
    ['one value', { numDistinct: 1 }, undefined, /one value only/],
    ['nothing', { numDistinct: 0, numMissing: 1000 }, undefined, /no value at all/],
  ])('%s', (_, options, field, reason) => {
    const { spec, inferred } = inferSchema([profile('x', options), profile('other')]);
    expect(spec.fields.find(({ name }) => name === 'x')).toEqual(field && { name: 'x', ...field });
    expect(inferred[0].reason).toMatch(reason);
  });

  test('warns of a leak, names the label, finds null markers, estimates tables', () => {
    const label = profile('y', { numDistinct: 2, examples: ['no', 'yes'] });
    const { spec, inferred, tables } = inferSchema(
      [
        profile('leak', { labelPurity: 0.99 }),
        profile('fair', { labelPurity: 0.5, examples: ['?', 'a'] }),
        profile('a/b', { numDates: 1000 }),
        label,
        profile('seen', { numLists: 1000, numEntries: 300 }), // not its 10 distinct lists
      ],
      { label: { column: 'y' } },
    );
    expect(inferred[0].warnings).toEqual(['alone it gives the label: a leak?']);
    expect(inferred[1].warnings).toEqual(['holds ? as missing']);
    expect(inferred[3].role).toBe('label');
    expect(spec).toMatchObject({ label: { column: 'y', positive: ['yes'] }, nullValues: ['?'] });
    expect(spec.fields[2]).toMatchObject({ name: 'a_b', column: 'a/b' });
    expect(tables).toEqual([{ field: 'leak', numRows: 12 }, { field: 'fair', numRows: 12 }, { field: 'a_b', numRows: 9 }, { field: 'seen', numRows: 302 }]); // prettier-ignore
    expect(tableBytes(tables, 16)).toEqual({ weights: 335 * 64, training: 335 * 192 });
  });

  test('a label of two other words: the rarer one is positive', () => {
    const label = profile('y', { numDistinct: 2, examples: ['kept', 'left'] });
    expect(inferSchema([profile('x'), label], { label: { column: 'y' } }).spec.label?.positive).toEqual(['left']);
  });

  test('without a column to learn from it says what became of each', () => {
    expect(() => inferSchema([profile('x', { numDistinct: 1 })])).toThrow(/at least one column.*x: one value only/);
  });
});
