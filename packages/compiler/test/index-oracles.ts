/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

/** All positions of a shape in row-major order. */
export function positions(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (lists, length) => lists.flatMap((list) => Array.from({ length }, (_, i) => [...list, i])),
    [[]],
  );
}

/** The flat index of a position. */
export function flat(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((index, i, axis) => index * shape[axis] + i, 0);
}

/** Elements of `x` that `from` picks for every position of the result. */
export function picked(
  x: Float64Array,
  shape: readonly number[],
  result: readonly number[],
  from: (position: readonly number[]) => readonly number[],
): Float64Array {
  return Float64Array.from(positions(result), (position) => x[flat(from(position), shape)]);
}

/** A sum of products along named axes, straight from its definition. */
export function exactEinsum(
  equation: string,
  shapes: readonly (readonly number[])[],
  terms: readonly Float64Array[],
): Float64Array {
  // prettier-ignore
  const [sources, result] = equation.split('->');
  const sides = sources.split(',');
  const lengths = new Map<string, number>();
  sides.forEach((labels, side) => {
    Array.from(labels).forEach((label, axis) => lengths.set(label, shapes[side][axis]));
  });
  const labels = [...lengths.keys()];
  const shapeOf = (own: string): number[] => Array.from(own, (label) => lengths.get(label)!);
  const y = new Float64Array(sizeOf(shapeOf(result)));
  for (const position of positions([...lengths.values()])) {
    const at = (own: string): number => flat(Array.from(own, (label) => position[labels.indexOf(label)]), shapeOf(own)); // prettier-ignore
    y[at(result)] += terms.reduce((product, term, side) => product * term[at(sides[side])], 1);
  }
  return y;
}
