/** A dimension that follows the batch size B: `times * B + plus`. */
export interface AffineDim {
  readonly times: number;
  readonly plus: number;
}

/** A dimension: a number, or one that follows the batch size. */
export type Dim = number | AffineDim;

/** The dimension for a batch of B rows. */
export function dimAt(dim: Dim, B: number): number {
  return typeof dim === 'number' ? dim : dim.times * B + dim.plus;
}

/** Whether two dimensions are equal for every B. */
export function sameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.times === b.times && a.plus === b.plus;
}

/** Whether two shapes are equal for every B. */
export function sameShape(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]));
}

/** Whether all dimensions are numbers. */
export function isStatic(shape: readonly Dim[]): shape is readonly number[] {
  return shape.every((dim) => typeof dim === 'number');
}

/** Product of dimensions, or undefined when more than one follows B, or one does with an offset. */
export function sizeOf(shape: readonly Dim[]): Dim | undefined {
  const moving = shape.filter((dim): dim is AffineDim => typeof dim !== 'number');
  const fixed = shape.reduce<number>((size, dim) => (typeof dim === 'number' ? size * dim : size), 1);
  if (moving.length === 0) return fixed;
  if (moving.length > 1) return undefined;
  return { times: moving[0].times * fixed, plus: moving[0].plus * fixed };
}

/** `B`, `2B`, `B - 1` or `50`. */
export function showDim(dim: Dim): string {
  if (typeof dim === 'number') return String(dim);
  const factor = dim.times === 1 ? 'B' : `${dim.times}B`;
  if (dim.plus === 0) return factor;
  return `${factor}${dim.plus < 0 ? '-' : '+'}${Math.abs(dim.plus)}`;
}

/** `[B, 39, 16]`. */
export function showShape(shape: readonly Dim[]): string {
  return `[${shape.map(showDim).join(', ')}]`;
}
