import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFitter, schemaFromJSON } from '../src/index';
import type { FitterOptions, SchemaFitter, TextColumn } from '../src/index';
import { spillCounts } from '../src/node';
import { NumericSummary } from '../src/numeric-summary';
import { QuantileSketch } from '../src/quantile-sketch';
import { columns, everyKind, rows, tableOf } from './tables';

type Rows = Parameters<typeof tableOf>[0];

function fitter(parts: readonly Rows[], options: FitterOptions = {}): SchemaFitter {
  const made = createFitter(everyKind, options);
  for (const part of parts) made.add(tableOf(part, columns));
  return made;
}

interface Fitted {
  readonly vocabularies: Record<string, readonly string[]>;
  readonly numbers: Record<string, Readonly<Record<string, number>> & { readonly boundaries?: readonly number[] }>;
}

/** Everything but the moments is equal exactly; those to 1e-12 of the numbers' size. */
function expectEqual(made: SchemaFitter, expected: SchemaFitter): void {
  const [one, two] = [made.finish().toJSON() as Fitted, expected.finish().toJSON() as Fitted];
  expect(one.vocabularies).toEqual(two.vocabularies);
  for (const [name, numbers] of Object.entries(two.numbers)) {
    const got = one.numbers[name];
    for (const key of ['count', 'missing', 'min', 'max', 'rankError']) expect(got[key]).toBe(numbers[key]);
    expect(got.boundaries).toEqual(numbers.boundaries);
    const size = Math.max(1, Math.abs(numbers.min), Math.abs(numbers.max));
    for (const key of ['mean', 'std', 'logMean', 'logStd'].filter((one) => one in numbers))
      expect(Math.abs(got[key] - numbers[key])).toBeLessThanOrEqual(1e-12 * size);
  }
}

describe('merged fits equal the joint fit', () => {
  // Planted bug seen by it: `merge` that forgets what the other one has pending, or adds `missing` twice.
  test('of two parts, and of three in either order', () => {
    fc.assert(
      fc.property(rows, rows, rows, (a, b, c) => {
        const left = fitter([a]);
        const right = fitter([b]);
        const last = fitter([c]);
        right.merge(last);
        left.merge(right);
        expectEqual(left, fitter([a, b, c]));
        expectEqual(left, fitter([[...a, ...b, ...c]]));
      }),
      { numRuns: 40 },
    );
  });

  // Planted bug seen by it: keeping only the last run of a value in `mergeRuns`, or losing the values still in memory.
  test('with counts put aside in files, few of them in memory', () => {
    const spill = spillCounts({ maxValues: 2 });
    const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 4 }), fc.constantFrom('\ud800', '\udfff', 'Rome', 'a'.repeat(70_000))); // prettier-ignore
    const city = fc.record({ city: value });
    const spec = { fields: [{ name: 'city', kind: 'categorical' as const, minCount: 2 }], trim: false };
    const fit = (part: Rows, options: FitterOptions): SchemaFitter => {
      const made = createFitter(spec, options);
      // One row at a time: every new dictionary is a chance to put counts aside.
      for (const one of part) made.add(tableOf([one], ['city']));
      return made;
    };
    fc.assert(
      fc.property(fc.array(city, { maxLength: 60 }), fc.array(city, { maxLength: 60 }), (a, b) => {
        const joint = fit([...a, ...b], {}).finish().vocabularies;
        const merged = fit(a, { spill });
        merged.merge(fit(b, { spill }));
        expect(merged.finish().vocabularies).toEqual(joint);
        const mixed = fit(a, {});
        mixed.merge(fit(b, { spill }));
        expect(mixed.finish().vocabularies).toEqual(joint);
      }),
      { numRuns: 30 },
    );
    spill.close();
  });

  test('counts of a database equal counted rows, for lists as well', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const table = tableOf(given, columns);
        const counted = createFitter(everyKind);
        for (const name of ['city', 'seen', 'tags']) {
          const { dictionary, codes } = table.columns[name] as TextColumn;
          const counts = Float64Array.from(dictionary, (_, code) => codes.filter((one) => one === code).length);
          counted.addCounts(name, dictionary, counts);
        }
        const rest = Object.fromEntries(Object.entries(table.columns).filter(([name]) => !['city', 'seen', 'tags'].includes(name))); // prettier-ignore
        counted.add({ numRows: table.numRows, columns: rest });
        expectEqual(counted, fitter([given]));
      }),
      { numRuns: 25 },
    );
  });

  // Planted bug seen by it: places of codes in the order of the dictionary, or a place for a text that was cut off.
  test('what fitting knows of a dictionary encodes as looking every value up does', () => {
    const texts = fc.uniqueArray(fc.option(fc.string({ unit: 'binary', maxLength: 2 })), {
      minLength: 1,
      maxLength: 12,
    });
    const options = fc.record({ minCount: fc.integer({ min: 1, max: 3 }), maxSize: fc.integer({ min: 1, max: 8 }) });
    fc.assert(
      fc.property(
        texts,
        fc.array(fc.nat(4), { minLength: 12, maxLength: 12 }),
        options,
        fc.boolean(),
        (dictionary, given, limits, trim) => {
          const spec = { fields: [{ name: 'x', kind: 'categorical' as const, ...limits }], trim, nullValues: ['a'] };
          const codes = Int32Array.from(dictionary, (_, code) => code);
          const column = { kind: 'text' as const, dictionary, codes };
          const table = { numRows: codes.length, columns: { x: column } };
          const counts = Float64Array.from(dictionary, (_, code) => given[code]);
          const rows = Int32Array.from([...counts].flatMap((count, code) => Array.from({ length: count }, () => code)));
          const [counted, read] = [createFitter(spec), createFitter(spec)];
          counted.addCounts('x', dictionary, counts);
          read.add({ numRows: rows.length, columns: { x: { ...column, codes: rows } } });
          const [one, two] = [counted.finish(), read.finish()];
          expect(one.vocabularies).toEqual(two.vocabularies);
          expect(one.fingerprint).toBe(two.fingerprint);
          const ids = schemaFromJSON(JSON.parse(JSON.stringify(two.toJSON()))).encode(table).ids.x;
          expect(one.encode(table).ids.x).toEqual(ids);
          expect(one.encode({ ...table, columns: { x: { ...column, dictionary: [...dictionary] } } }).ids.x).toEqual(
            ids,
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  test('of other declarations is refused', () => {
    const other = createFitter({ fields: [{ name: 'x', kind: 'numeric' }] });
    expect(() => {
      fitter([]).merge(other);
    }).toThrow(/fitter: expected a fitter of the same declaration/);
  });
});

describe('spillCounts', () => {
  test('joins its files before there are too many, and removes them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ctrflow-spill-test-'));
    const spill = spillCounts({ maxValues: 1, folder });
    const made = createFitter({ fields: [{ name: 'x', kind: 'categorical' }] }, { spill });
    const values = Array.from({ length: 300 }, (_, i) => `v${i % 150}`);
    for (const x of values) made.add(tableOf([{ x }], ['x']));
    expect(made.finish().vocabularies.x).toEqual([...new Set(values)].sort());
    const [own] = readdirSync(folder);
    spill.close();
    expect(existsSync(join(folder, own))).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test('says what is wrong with its folder or its limit', () => {
    expect(() => spillCounts({ folder: '/dev/null/none' })).toThrow(/spillCounts: expected a folder with room/);
    expect(() => spillCounts({ maxValues: 0 })).toThrow(/spillCounts: expected an integer >= 1 for maxValues, got 0/);
  });
});

describe('quantiles', () => {
  // Planted bug seen by it: `quantiles` that begins with rank 0, or `merge` that counts loose numbers twice.
  test('are exact in memory, merged or not', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 80 }), fc.nat(80), (all, at) => {
        const [one, two] = [new QuantileSketch(), new QuantileSketch()];
        all.forEach((value, i) => {
          (i < at ? one : two).add(value);
        });
        one.merge(two);
        const sorted = [...all].sort((a, b) => a - b);
        const shares = [0, 0.1, 0.25, 0.5, 0.75, 1];
        const nearest = shares.map((share) => sorted[Math.max(1, Math.ceil(share * all.length)) - 1]);
        expect(one.quantiles(shares)).toEqual(nearest);
        expect(one.rankError).toBe(0);
      }),
    );
  });

  // Planted bug seen by it: always keeping the even half of a pair (ranks then drift to one side), or halving a weight.
  test('are within the stated rank error above that', () => {
    const count = 600_000;
    const sketch = new QuantileSketch();
    const parts = [new QuantileSketch(), new QuantileSketch()];
    // A walk over 0 .. count - 1 in steps without common divisor: the value is its rank.
    for (let i = 0; i < count; i++) {
      const value = (i * 7919) % count;
      sketch.add(value);
      parts[i % 2].add(value);
    }
    parts[0].merge(parts[1]);
    const shares = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);
    for (const one of [sketch, parts[0]]) {
      expect(one.count).toBe(count);
      expect(one.rankError).toBeLessThan(0.001);
      one.quantiles(shares).forEach((value, i) => {
        expect(Math.abs(value - shares[i] * count)).toBeLessThanOrEqual(one.rankError * count + 1);
      });
    }
  });
});

// Planted bug seen by it: the textbook formula (mean of squares less square of mean), which loses everything here.
test('moments of numbers far from zero keep their digits', () => {
  const values = Array.from({ length: 1000 }, (_, i) => 1e9 + (i % 7));
  const [one, two] = [new NumericSummary(), new NumericSummary()];
  one.add(Float64Array.from(values.filter((_, i) => i % 3 === 0)));
  two.add(Float64Array.from(values.filter((_, i) => i % 3 !== 0)));
  one.merge(two);
  const shift = values.map((value) => value - 1e9);
  const mean = shift.reduce((sum, value) => sum + value, 0) / 1000;
  const variance = shift.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 1000;
  expect(Math.abs(one.finish().mean - 1e9 - mean)).toBeLessThan(1e-12 * 1e9);
  // A block's mean is rounded by up to 2^-53 relative, 1e-7, on a deviation of 2.
  expect(Math.abs(one.finish().std - Math.sqrt(variance))).toBeLessThan(2 ** -53 * 1e9);
});

const number = fc.oneof(fc.double({ min: -1e30, max: 1e30, noDefaultInfinity: true }), fc.constantFrom(NaN, 0.1));

// Planted bug seen by it: a block that begins anew with each call of `add`.
test('how numbers are cut into calls changes no digit', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 60 }), fc.nat(5000), (some, cut) => {
      const values = Float64Array.from({ length: 5000 }, (_, i) => some[i % some.length] + i);
      const [whole, parts] = [new NumericSummary({ logs: true, numBuckets: 4 }), new NumericSummary({ logs: true, numBuckets: 4 })]; // prettier-ignore
      whole.add(values);
      parts.add(values.subarray(0, cut));
      parts.add(values.subarray(cut));
      expect(parts.finish()).toEqual(whole.finish());
    }),
    { numRuns: 50 },
  );
});

// Planted bug seen by it: deviations from the rounded mean, which would be what a constant column is divided by.
test('a number that never changes has no deviation at all', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1e30, max: 1e30, noNaN: true }).map((x) => x + 0),
      fc.integer({ min: 1, max: 4000 }),
      (value, count) => {
        const [one, two] = [new NumericSummary({ logs: true }), new NumericSummary({ logs: true })];
        one.add(new Float64Array(count).fill(value));
        two.add(new Float64Array(count * 2).fill(value));
        one.merge(two);
        expect(one.finish()).toMatchObject({ count: count * 3, mean: value, std: 0, logStd: 0 });
      },
    ),
    { numRuns: 100 },
  );
});
