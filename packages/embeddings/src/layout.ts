/** A part of an optimizer's state beside a row. */
export interface StateSlot {
  readonly name: string;
  /** First element, from the start of the row. */
  readonly at: number;
  /** D, or 1 for one number a row. */
  readonly width: number;
  readonly initial: number;
}

/** How a row and its state lie in the array of rows: `[row | slot | slot]`. */
export interface RowLayout {
  /** D. */
  readonly dim: number;
  /** Elements of a row and its state. */
  readonly stride: number;
  readonly slots: readonly StateSlot[];
}

/** The layout of rows of `dim` elements with the slots of a rule. */
export function rowLayout(
  dim: number,
  slots: readonly { readonly name: string; readonly width: 'row' | 'one'; readonly initial: number }[],
): RowLayout {
  let stride = dim;
  const placed = slots.map(({ name, width: kind, initial }) => {
    const width = kind === 'row' ? dim : 1;
    stride += width;
    return { name, at: stride - width, width, initial };
  });
  return { dim, stride, slots: placed };
}
