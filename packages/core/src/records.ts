/**
 * Records whose names come from users: columns, fields, slots, tables, weights by path, options, files. They have no prototype, so `constructor`
 * and `toString` are absent until they are set, and `__proto__` is a name as any other. In an object literal they are not.
 */

/**
 * A record without entries, to be filled.
 *
 * @example
 * const counts = emptyRecord<number>();
 * counts[column] = (counts[column] ?? 0) + 1; // right for a column called "constructor" too
 */
export function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/**
 * The record of some entries; of two entries of one name, the later counts. In place of `Object.fromEntries`.
 *
 * @example
 * const ids = recordOf(columns.map(({ name, ids }) => [name, ids]));
 */
export function recordOf<T>(entries: Iterable<readonly [name: string, value: T]>): Record<string, T> {
  const record = emptyRecord<T>();
  for (const [name, value] of entries) record[name] = value;
  return record;
}

/**
 * The own entries of some objects in one record; of two entries of one name, the later counts. In place of a spread, and of one object the way to
 * look up in what JSON or a caller gave.
 *
 * @example
 * const { fields } = mergeRecords(JSON.parse(text)); // never what Object.prototype has
 */
export function mergeRecords<T>(...records: readonly Readonly<Record<string, T>>[]): Record<string, T> {
  return recordOf(records.flatMap((record) => Object.entries(record)));
}

/** The record of the same names with what `map` makes of each value. */
export function mapRecord<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => U,
): Record<string, U> {
  return recordOf(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}
