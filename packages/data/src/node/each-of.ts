/** Results of a function for each item, in order, of which at most `atOnce` are on their way. */
export async function eachOf<T, R>(items: readonly T[], atOnce: number, of: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) {
      const i = next++;
      results[i] = await of(items[i]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return results;
}
