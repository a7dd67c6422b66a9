/** Windows over the spatial axes of an oracle, with their own arithmetic of paddings (as TensorFlow documents it). */
export interface OracleWindows {
  readonly lengths: readonly number[];
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pad: 'same' | 'valid' | number;
}

interface Axis {
  readonly out: number;
  readonly before: number;
}

function axisOf({ lengths, kernel, strides, dilations, pad }: OracleWindows, i: number): Axis {
  const reach = (kernel[i] - 1) * dilations[i] + 1;
  if (pad === 'same') {
    const out = Math.ceil(lengths[i] / strides[i]);
    return { out, before: Math.floor(Math.max(0, (out - 1) * strides[i] + reach - lengths[i]) / 2) };
  }
  const before = pad === 'valid' ? 0 : pad;
  return { out: Math.floor((lengths[i] + 2 * before - reach) / strides[i]) + 1, before };
}

/** Lengths of the spatial axes of the result. */
export function outLengths(windows: OracleWindows): number[] {
  return windows.lengths.map((_, i) => axisOf(windows, i).out);
}

/** Calls back for every place of the result and every element of the window there that lies inside. */
export function forEachTap(windows: OracleWindows, visit: (place: number, tap: number, source: number) => void): void {
  const axes = windows.lengths.map((_, i) => axisOf(windows, i));
  const walk = (i: number, place: number, tap: number, source: number): void => {
    if (i === axes.length) {
      visit(place, tap, source);
      return;
    }
    for (let o = 0; o < axes[i].out; o++) {
      for (let k = 0; k < windows.kernel[i]; k++) {
        const s = o * windows.strides[i] + k * windows.dilations[i] - axes[i].before;
        if (s < 0 || s >= windows.lengths[i]) continue;
        walk(i + 1, place * axes[i].out + o, tap * windows.kernel[i] + k, source * windows.lengths[i] + s);
      }
    }
  };
  walk(0, 0, 0, 0);
}

const product = (shape: readonly number[]): number => shape.reduce((size, dim) => size * dim, 1);

/** `y[b, o, n] = sum_k sum_c x[b, o s + k d - p, c] f[k, c, n]`; of a filter for each channel `y[b, o, c M + m]`. */
export function exactConvolution(
  x: Float64Array,
  filter: Float64Array,
  windows: OracleWindows,
  { B, C, N, depthwise = false }: { readonly B: number; readonly C: number; readonly N: number; readonly depthwise?: boolean }, // prettier-ignore
): Float64Array {
  const places = product(outLengths(windows));
  const sources = product(windows.lengths);
  const width = depthwise ? C * N : N;
  const y = new Float64Array(B * places * width);
  forEachTap(windows, (place, tap, source) => {
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        for (let n = 0; n < N; n++) {
          const to = (b * places + place) * width + (depthwise ? c * N + n : n);
          y[to] += x[(b * sources + source) * C + c] * filter[(tap * C + c) * N + n];
        }
      }
    }
  });
  return y;
}

/** The largest or the average of what each window sees inside. */
export function exactPooled(
  x: Float64Array,
  windows: OracleWindows,
  B: number,
  C: number,
  kind: 'max' | 'avg',
): Float64Array {
  // prettier-ignore
  const places = product(outLengths(windows));
  const sources = product(windows.lengths);
  const y = new Float64Array(B * places * C).fill(kind === 'max' ? -Infinity : 0);
  const counts = new Float64Array(places);
  forEachTap(windows, (place, _tap, source) => {
    counts[place]++;
    for (let b = 0; b < B; b++) {
      for (let c = 0; c < C; c++) {
        const value = x[(b * sources + source) * C + c];
        const to = (b * places + place) * C + c;
        y[to] = kind === 'max' ? Math.max(y[to], value) : y[to] + value;
      }
    }
  });
  return kind === 'max' ? y : y.map((sum, i) => sum / counts[Math.floor(i / C) % places]);
}
