/** Marks objects of one kind across package copies: `is` holds for an object marked by any installed version. */
export interface Brand<T extends object> {
  readonly symbol: symbol;
  mark(object: T): T;
  is(value: unknown): value is T;
}

/**
 * A brand by name. Two versions of a package may be installed side by side, so `instanceof` cannot tell what an object is;
 * `Symbol.for` can.
 *
 * @example
 * const schemaBrand = defineBrand<FeatureSchema>('schema');
 * schemaBrand.is(value); // true for a schema of any installed version
 */
export function defineBrand<T extends object>(name: string): Brand<T> {
  const symbol = Symbol.for(`@ctrflow/${name}`);
  return {
    symbol,
    mark: (object) => Object.defineProperty(object, symbol, { value: true }),
    is: (value): value is T => typeof value === 'object' && value !== null && symbol in value,
  };
}
