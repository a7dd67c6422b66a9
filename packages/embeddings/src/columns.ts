/** Where some elements of consecutive rows lie: `numRows` rows from `firstRow` on, `width` elements from `at` on. */
export interface Column {
  readonly stride: number;
  readonly firstRow: number;
  readonly at: number;
  readonly width: number;
}

/** Copies a column out of the array of rows: `[numRows, width]`. */
export function readColumn(data: Float32Array, { stride, firstRow, at, width }: Column, numRows: number): Float32Array {
  const out = new Float32Array(numRows * width);
  for (let row = 0, o = 0; row < numRows; row++) {
    const from = (firstRow + row) * stride + at;
    for (let j = 0; j < width; j++) out[o++] = data[from + j];
  }
  return out;
}

/** Copies `values [n, width]` into a column of the array of rows. */
export function writeColumn(data: Float32Array, { stride, firstRow, at, width }: Column, values: Float32Array): void {
  for (let i = 0, from = firstRow * stride + at; i < values.length; from += stride) {
    for (let j = 0; j < width; j++) data[from + j] = values[i++];
  }
}
