import type { TableOptimizer, TableStep } from './contract';

/** Which slots an optimizer keeps beside a row, and how it updates one row. */
export interface UpdateRule {
  readonly kind: TableOptimizer['kind'];
  /** Names and widths of the state: `D` elements, or 1 for the whole row. */
  readonly slots: readonly { readonly name: string; readonly width: 'row' | 'one'; readonly initial: number }[];
  /** Every row at every step, looked up or not. */
  readonly dense: boolean;
  /** Decay that is part of the gradient. */
  readonly l2: number;
  /** The numbers of a step, for {@link updateRow} and for the kernel of the same name. */
  scalars(step: TableStep, dim: number): readonly number[];
  /** A function that updates the row at `at` of `data` with the gradient at `g` of `gradients`. All arithmetic is float32, each operation rounded. */
  updateRow(data: Float32Array, gradients: Float32Array, dim: number, scalars: readonly number[]): UpdateRow;
}

type UpdateRow = (at: number, g: number) => void;
type OptionsOf<K extends TableOptimizer['kind']> = Extract<TableOptimizer, { kind: K }>;

const fround = Math.fround;

/** The rule of an optimizer. `wasm/formulas.ts` has the same formulas, operation by operation, so that both give the same bits. */
export function updateRule(optimizer: TableOptimizer): UpdateRule {
  switch (optimizer.kind) {
    case 'sgd':
      return sgd(optimizer);
    case 'adagrad':
      return adagrad(optimizer);
    case 'rowwise-adagrad':
      return rowwiseAdagrad(optimizer);
    case 'lazy-adam':
    case 'dense-adam':
      return adam(optimizer);
    case 'ftrl':
      return ftrl(optimizer);
  }
}

/** w -= lr (g + l2 w). */
function sgd({ kind, l2 = 0 }: OptionsOf<'sgd'>): UpdateRule {
  return {
    kind,
    slots: [],
    dense: false,
    l2,
    scalars: ({ learningRate, gradientScale = 1 }) => [gradientScale, gradientScale * l2, learningRate].map(fround),
    updateRow:
      (data, gradients, dim, [scale, decay, lr]) =>
      (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(fround(scale * gradients[g + j]) + fround(decay * w));
          data[at + j] = w - fround(lr * gradient);
        }
      },
  };
}

/** a += g^2; w -= lr g / (sqrt(a) + eps) (Duchi, Hazan, Singer 2011). */
function adagrad({ kind, l2 = 0, epsilon = 1e-10, initialAccumulator = 0 }: OptionsOf<'adagrad'>): UpdateRule {
  return {
    kind,
    slots: [{ name: 'accumulator', width: 'row', initial: initialAccumulator }],
    dense: false,
    l2,
    scalars: ({ learningRate, gradientScale = 1 }) =>
      [gradientScale, gradientScale * l2, learningRate, epsilon].map(fround),
    updateRow:
      (data, gradients, dim, [scale, decay, lr, eps]) =>
      (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(fround(scale * gradients[g + j]) + fround(decay * w));
          const sum = fround(data[at + dim + j] + fround(gradient * gradient));
          data[at + dim + j] = sum;
          data[at + j] = w - fround(fround(lr * gradient) / fround(fround(Math.sqrt(sum)) + eps));
        }
      },
  };
}

/** a += mean(g^2), one number a row; w -= lr / (sqrt(a) + eps) g (Gupta, Koren, Singer 2014; FBGEMM). */
function rowwiseAdagrad(options: OptionsOf<'rowwise-adagrad'>): UpdateRule {
  const { kind, l2 = 0, epsilon = 1e-10, initialAccumulator = 0 } = options;
  return {
    kind,
    slots: [{ name: 'accumulator', width: 'one', initial: initialAccumulator }],
    dense: false,
    l2,
    scalars: ({ learningRate, gradientScale = 1 }, dim) =>
      [gradientScale, gradientScale * l2, learningRate, epsilon, dim].map(fround),
    updateRow: (data, gradients, dim, [scale, decay, lr, eps, size]) => {
      const squares = new Float32Array(4);
      const gradientOf = (at: number, g: number, j: number): number =>
        fround(fround(scale * gradients[g + j]) + fround(decay * data[at + j]));
      return (at, g) => {
        squares.fill(0);
        const fours = dim - (dim % 4);
        for (let j = 0; j < fours; j++) squares[j % 4] += fround(gradientOf(at, g, j) ** 2);
        let sum = fround(fround(squares[0] + squares[1]) + fround(squares[2] + squares[3]));
        for (let j = fours; j < dim; j++) sum = fround(sum + fround(gradientOf(at, g, j) ** 2));
        const accumulator = fround(data[at + dim] + fround(sum / size));
        data[at + dim] = accumulator;
        const rate = fround(lr / fround(fround(Math.sqrt(accumulator)) + eps));
        for (let j = 0; j < dim; j++) data[at + j] -= fround(rate * gradientOf(at, g, j));
      };
    },
  };
}

/**
 * m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps) (Kingma, Ba 2015).
 * Lazy: moments of rows that are not looked up stay as they are, and t counts all steps. Dense: every row, every step.
 */
function adam(options: OptionsOf<'lazy-adam' | 'dense-adam'>): UpdateRule {
  const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, l2 = 0 } = options;
  return {
    kind,
    slots: [
      { name: 'm', width: 'row', initial: 0 },
      { name: 'v', width: 'row', initial: 0 },
    ],
    dense: kind === 'dense-adam',
    l2,
    scalars({ learningRate, step, gradientScale = 1 }) {
      const rate = learningRate / (1 - beta1 ** step);
      const correction = 1 / Math.sqrt(1 - beta2 ** step);
      return [gradientScale, gradientScale * l2, beta1, 1 - beta1, beta2, 1 - beta2, rate, correction, epsilon].map(
        fround,
      );
    },
    updateRow:
      (data, gradients, dim, [scale, decay, b1, c1, b2, c2, rate, correction, eps]) =>
      (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(fround(scale * gradients[g + j]) + fround(decay * w));
          const m = fround(fround(b1 * data[at + dim + j]) + fround(c1 * gradient));
          const v = fround(fround(b2 * data[at + 2 * dim + j]) + fround(c2 * fround(gradient * gradient)));
          data[at + dim + j] = m;
          data[at + 2 * dim + j] = v;
          data[at + j] = w - fround(fround(rate * m) / fround(fround(fround(Math.sqrt(v)) * correction) + eps));
        }
      },
  };
}

/** FTRL-Proximal (McMahan et al. 2013, algorithm 1), with alpha = the learning rate. */
function ftrl({ kind, beta = 1, l1 = 0, l2 = 0 }: OptionsOf<'ftrl'>): UpdateRule {
  return {
    kind,
    slots: [
      { name: 'z', width: 'row', initial: 0 },
      { name: 'n', width: 'row', initial: 0 },
    ],
    dense: false,
    l2: 0, // part of the closed form, not of the gradient
    scalars: ({ learningRate, gradientScale = 1 }) => [gradientScale, learningRate, beta, l1, l2].map(fround),
    updateRow:
      (data, gradients, dim, [scale, alpha, b, lambda1, lambda2]) =>
      (at, g) => {
        for (let j = 0; j < dim; j++) {
          const gradient = fround(scale * gradients[g + j]);
          const old = data[at + 2 * dim + j];
          const n = fround(old + fround(gradient * gradient));
          const root = fround(Math.sqrt(n));
          const sigma = fround(fround(root - fround(Math.sqrt(old))) / alpha);
          const z = fround(data[at + dim + j] + fround(gradient - fround(sigma * data[at + j])));
          data[at + dim + j] = z;
          data[at + 2 * dim + j] = n;
          const shrunk = fround(Math.abs(z) - lambda1);
          const curvature = fround(fround(fround(b + root) / alpha) + lambda2);
          data[at + j] = shrunk <= 0 ? 0 : -Math.sign(z) * fround(shrunk / curvature);
        }
      },
  };
}
