/** Recurrent layers in plain float64 loops over one sequence, written from their formulas. */
import { exactSoftmax } from './attention-oracles';
import { exactActivations, exactDense } from './oracles';
import type { Numbers, Row } from './oracles';

/** Weights by name (`kernel`, `recurrent_kernel`, `bias`, `recurrent_bias`) below a path. */
type Weights = Readonly<Record<string, Numbers | undefined>>;

const { sigmoid } = exactActivations;

function named(weights: Weights, path: string, name: string): Numbers {
  const found = weights[`${path}/${name}`];
  if (found === undefined) throw new Error(`oracle: expected a weight ${path}/${name}, got none`);
  return found;
}

/** Column block `gate` of G blocks of H columns of `x W + b`. */
function gateOf(
  x: Row,
  kernel: Numbers,
  bias: Numbers | undefined,
  { gate, H }: { gate: number; H: number },
): number[] {
  return exactDense(x, kernel, bias).slice(gate * H, (gate + 1) * H);
}

/** The states `[T][H]` of a plain recurrent network over one sequence: an entry whose mask is 0 is not read. */
export function exactSimpleRNN(
  sequence: readonly Row[],
  weights: Weights,
  { path, mask }: { path: string; mask?: Row },
): number[][] {
  const [kernel, recurrent, bias] = ['kernel', 'recurrent_kernel', 'bias'].map((name) => named(weights, path, name));
  let h = Array<number>(bias.length).fill(0);
  return sequence.map((entry, t) => {
    if (mask?.[t] === 0) return h;
    const before = exactDense(h, recurrent);
    h = exactDense(entry, kernel, bias).map((value, j) => Math.tanh(value + before[j]));
    return h;
  });
}

/** `sum_t a_t h_t` of the states of one sequence, at least one, by the weights that they decide (Yang et al. 2016, equations 5 to 7). */
export function exactAttentionPooling(states: readonly Row[], weights: Weights, path: string): number[] {
  const scores = states.map((state) => {
    const hidden = exactDense(state, named(weights, path, 'hidden/kernel'), named(weights, path, 'hidden/bias'));
    return exactDense(hidden.map(Math.tanh), named(weights, path, 'query/kernel'))[0];
  });
  const shares = exactSoftmax(scores);
  return states[0].map((_, j) => states.reduce((sum, state, t) => sum + shares[t] * state[j], 0));
}

/** How attention enters a GRU; `gru` takes none. */
export type ExactGRUKind = 'gru' | 'aigru' | 'agru' | 'augru' | 'augru-raised';

/** How {@link exactGRU} reads. */
export interface ExactGRUOptions {
  readonly path: string;
  readonly kind?: ExactGRUKind;
  readonly scores?: Row;
  readonly mask?: Row;
  readonly resetAfter?: boolean;
}

/**
 * The states `[T][H]` of a GRU over one sequence, reset gate after the recurrent product or before it, columns u, r, n (r, n for `agru`): an entry whose mask is 0 is not
 * read. Scores are those of attention.
 */
export function exactGRU(sequence: readonly Row[], weights: Weights, options: ExactGRUOptions): number[][] {
  const { path, kind = 'gru', scores, mask, resetAfter = true } = options;
  const [kernel, recurrent] = [named(weights, path, 'kernel'), named(weights, path, 'recurrent_kernel')];
  const [bias, recurrentBias] = [named(weights, path, 'bias'), named(weights, path, 'recurrent_bias')];
  const G = kind === 'agru' ? 2 : 3;
  const H = bias.length / G;
  let h = Array<number>(H).fill(0);
  return sequence.map((entry, t) => {
    if (mask?.[t] === 0) return h;
    const a = scores?.[t] ?? 1;
    const x = kind === 'aigru' ? entry.map((value) => a * value) : entry;
    const input = (gate: number): number[] => gateOf(x, kernel, bias, { gate, H });
    const said = (gate: number, by: Row): number[] => gateOf(by, recurrent, recurrentBias, { gate, H });
    const [xr, hr, xn] = [input(G - 2), said(G - 2, h), input(G - 1)];
    const r = xr.map((value, j) => sigmoid(value + hr[j]));
    const hn = resetAfter ? said(G - 1, h).map((value, j) => r[j] * value) : said(G - 1, h.map((value, j) => r[j] * value)); // prettier-ignore
    const n = xn.map((value, j) => Math.tanh(value + hn[j]));
    const [xu, hu] = G === 3 ? [input(0), said(0, h)] : [[], []];
    h = h.map((old, j) => {
      const u = updateOf(kind, a, G === 3 ? sigmoid(xu[j] + hu[j]) : 1);
      return (1 - u) * old + u * n[j];
    });
    return h;
  });
}

/** An update gate (1 for `agru`) with the attention in it; TensorFlow writes the last as `u = (1 - a) (1 - update)`, `h = u h + (1 - u) n`. */
function updateOf(kind: ExactGRUKind, a: number, update: number): number {
  if (kind === 'augru-raised') return 1 - (1 - a) * (1 - update);
  return kind === 'agru' || kind === 'augru' ? a * update : update;
}

/** The states `[T][H]` of an LSTM over one sequence, columns i, f, o, g: an entry whose mask is 0 is not read; `backwards` reads from the end. */
export function exactLSTM(
  sequence: readonly Row[],
  weights: Weights,
  { path, backwards = false, mask }: { path: string; backwards?: boolean; mask?: Row },
): number[][] {
  const [kernel, recurrent, bias] = ['kernel', 'recurrent_kernel', 'bias'].map((name) => named(weights, path, name));
  const H = bias.length / 4;
  let h = Array<number>(H).fill(0);
  let c = h;
  const states: number[][] = [];
  const order = sequence.map((_, t) => (backwards ? sequence.length - 1 - t : t));
  for (const t of order) {
    if (mask?.[t] !== 0) {
      const z = exactDense(sequence[t], kernel, bias).map((value, j) => value + exactDense(h, recurrent)[j]);
      c = c.map((old, j) => sigmoid(z[H + j]) * old + sigmoid(z[j]) * Math.tanh(z[3 * H + j]));
      h = c.map((value, j) => sigmoid(z[2 * H + j]) * Math.tanh(value));
    }
    states[t] = h;
  }
  return states;
}

/** A convolution over time of one sequence `[T][C]`, kernel `[K, C, H]`, `before` and `after` zeros around it: `[T + before + after - K + 1][H]`. */
export function exactConv1D(
  sequence: readonly Row[],
  kernel: Numbers,
  bias: Numbers,
  { size, before, after }: { size: number; before: number; after: number },
): number[][] {
  const C = sequence[0].length;
  const H = bias.length;
  const places = Array.from({ length: sequence.length + before + after - size + 1 }, (_, t) => t);
  return places.map((t) =>
    Array.from(bias, (offset, f) => {
      let total = offset;
      for (let k = 0; k < size; k++)
        for (let c = 0; c < C; c++) total += (sequence[t + k - before]?.[c] ?? 0) * kernel[(k * C + c) * H + f];
      return total;
    }),
  );
}
