/** Weights of a recurrent layer as tfjs-layers has them: `kernel [D, G H]`, `recurrent [H, G H]`, `bias`, with G gates side by side. */
export interface Recurrent {
  readonly kernel: Float64Array;
  readonly recurrent: Float64Array;
  readonly bias: Float64Array;
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** `v M + b` of the gate that begins at column `from`. */
function affine(
  v: ArrayLike<number>,
  matrix: Float64Array,
  columns: number,
  from: number,
  H: number,
  bias?: ArrayLike<number>,
): number[] {
  // prettier-ignore
  return Array.from({ length: H }, (_, h) => {
    let sum = bias === undefined ? 0 : bias[from + h];
    for (let i = 0; i < v.length; i++) sum += v[i] * matrix[i * columns + from + h];
    return sum;
  });
}

/** One step `(x, state) -> state`; the first part of the state is the output. */
export type Step = (x: ArrayLike<number>, state: readonly number[][], weights: Recurrent, H: number) => number[][];

/** `h' = tanh(x W + h U + b)`. */
export const simpleStep: Step = (x, [h], { kernel, recurrent, bias }, H) => {
  const inner = affine(x, kernel, H, 0, H, bias);
  return [affine(h, recurrent, H, 0, H).map((value, i) => Math.tanh(inner[i] + value))];
};

/** Cho et al. 2014, eq. 5-8; gates z, r, candidate; the reset gate acts before the product, as in tfjs's default. */
export const gruStep: Step = (x, [h], { kernel, recurrent, bias }, H) => {
  const gate = (from: number, state: ArrayLike<number>): number[] => {
    const inner = affine(state, recurrent, 3 * H, from, H);
    return affine(x, kernel, 3 * H, from, H, bias).map((value, i) => value + inner[i]);
  };
  const z = gate(0, h).map(sigmoid);
  const r = gate(H, h).map(sigmoid);
  const candidate = gate(2 * H, h.map((value, i) => r[i] * value)).map(Math.tanh); // prettier-ignore
  return [h.map((value, i) => z[i] * value + (1 - z[i]) * candidate[i])];
};

/** Hochreiter and Schmidhuber 1997 with a forget gate; gates i, f, c, o. */
export const lstmStep: Step = (x, [h, c], { kernel, recurrent, bias }, H) => {
  const gate = (k: number): number[] => {
    const inner = affine(h, recurrent, 4 * H, k * H, H);
    return affine(x, kernel, 4 * H, k * H, H, bias).map((value, i) => value + inner[i]);
  };
  const [i, f, o] = [gate(0), gate(1), gate(3)].map((values) => values.map(sigmoid));
  const cell = gate(2).map((value, k) => f[k] * c[k] + i[k] * Math.tanh(value));
  return [cell.map((value, k) => o[k] * Math.tanh(value)), cell];
};

/** Outputs `[B, T, H]` of all steps over `x [B, T, D]`. Where the mask is 0 the state stays. */
export function exactRecurrence(
  step: Step,
  x: Float64Array,
  weights: Recurrent,
  { B, T, D, H, numStates, mask }: { readonly B: number; readonly T: number; readonly D: number; readonly H: number; readonly numStates: number; readonly mask?: ArrayLike<number> }, // prettier-ignore
): Float64Array {
  const outputs = new Float64Array(B * T * H);
  for (let b = 0; b < B; b++) {
    let state = Array.from({ length: numStates }, () => new Array<number>(H).fill(0));
    for (let t = 0; t < T; t++) {
      const row = b * T + t;
      if (mask?.[row] !== 0) state = step(x.subarray(row * D, (row + 1) * D), state, weights, H);
      outputs.set(state[0], row * H);
    }
  }
  return outputs;
}
