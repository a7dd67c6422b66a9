import type { TableOptimizer, TableStep } from './contract';

/** The array of rows and where a row and its state lie in it. */
export interface RowStorage {
  readonly data: Float32Array;
  /** D. */
  readonly dim: number;
  /** Elements of a row and its state. */
  readonly stride: number;
}

/** Which slots an optimizer keeps beside a row, and how it updates one row. */
export interface UpdateRule {
  /** Names and widths of the state: `D` elements, or 1 for the whole row. */
  readonly slots: readonly { readonly name: string; readonly width: 'row' | 'one'; readonly initial: number }[];
  /** Every row at every step, looked up or not. */
  readonly dense: boolean;
  readonly l2: number;
  /** A function that updates the row at `at` with the gradient at `g` of `gradients`; made once a step. */
  step(storage: RowStorage, gradients: Float32Array, step: TableStep): (at: number, g: number) => void;
}

const fround = Math.fround;

/** The rule of an optimizer. All arithmetic is float32 (each operation rounded), the same on every path and platform. */
export function updateRule(optimizer: TableOptimizer): UpdateRule {
  switch (optimizer.kind) {
    case 'sgd':
      return sgd(optimizer.l2 ?? 0);
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
function sgd(l2: number): UpdateRule {
  return {
    slots: [],
    dense: false,
    l2,
    step({ data, dim }, gradients, { learningRate, gradientScale = 1 }) {
      const [lr, scale, decay] = [fround(learningRate), fround(gradientScale), fround(l2)];
      return (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(fround(scale * gradients[g + j]) + fround(decay * w));
          data[at + j] = w - fround(lr * gradient);
        }
      };
    },
  };
}

/** a += g^2; w -= lr g / (sqrt(a) + eps) (Duchi, Hazan, Singer 2011). */
function adagrad(options: Extract<TableOptimizer, { kind: 'adagrad' }>): UpdateRule {
  const { l2 = 0, epsilon = 1e-10, initialAccumulator = 0 } = options;
  return {
    slots: [{ name: 'accumulator', width: 'row', initial: initialAccumulator }],
    dense: false,
    l2,
    step({ data, dim }, gradients, { learningRate, gradientScale = 1 }) {
      const [lr, scale, decay, eps] = [learningRate, gradientScale, l2, epsilon].map(fround);
      return (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(fround(scale * gradients[g + j]) + fround(decay * w));
          const sum = fround(data[at + dim + j] + fround(gradient * gradient));
          data[at + dim + j] = sum;
          data[at + j] = w - fround(fround(lr * gradient) / fround(fround(Math.sqrt(sum)) + eps));
        }
      };
    },
  };
}

/** a += mean(g^2), one number a row; w -= lr g / (sqrt(a) + eps) (Gupta, Koren, Singer 2014; FBGEMM). */
function rowwiseAdagrad(options: Extract<TableOptimizer, { kind: 'rowwise-adagrad' }>): UpdateRule {
  const { l2 = 0, epsilon = 1e-10, initialAccumulator = 0 } = options;
  return {
    slots: [{ name: 'accumulator', width: 'one', initial: initialAccumulator }],
    dense: false,
    l2,
    step({ data, dim }, gradients, { learningRate, gradientScale = 1 }) {
      const [lr, scale, decay, eps] = [learningRate, gradientScale, l2, epsilon].map(fround);
      const gradientOf = (at: number, g: number, j: number): number =>
        fround(fround(scale * gradients[g + j]) + fround(decay * data[at + j]));
      return (at, g) => {
        let squares = 0;
        for (let j = 0; j < dim; j++) {
          const gradient = gradientOf(at, g, j);
          squares = fround(squares + fround(gradient * gradient));
        }
        const sum = fround(data[at + dim] + fround(squares / dim));
        data[at + dim] = sum;
        const rate = fround(lr / fround(fround(Math.sqrt(sum)) + eps));
        for (let j = 0; j < dim; j++) data[at + j] -= fround(rate * gradientOf(at, g, j));
      };
    },
  };
}

/**
 * m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w -= lr / (1 - b1^t) m / (sqrt(v / (1 - b2^t)) + eps) (Kingma, Ba 2015).
 * Lazy: moments of rows that are not looked up stay as they are, and t counts all steps. Dense: every row, every step.
 */
function adam(options: Extract<TableOptimizer, { kind: 'lazy-adam' | 'dense-adam' }>): UpdateRule {
  const { kind, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, l2 = 0 } = options;
  return {
    slots: [
      { name: 'm', width: 'row', initial: 0 },
      { name: 'v', width: 'row', initial: 0 },
    ],
    dense: kind === 'dense-adam',
    l2,
    step({ data, dim }, gradients, { learningRate, step, gradientScale = 1 }) {
      const [b1, b2, c1, c2] = [beta1, beta2, 1 - beta1, 1 - beta2].map(fround);
      const [scale, decay, eps] = [gradientScale, l2, epsilon].map(fround);
      const rate = fround(learningRate / (1 - beta1 ** step));
      const correction = fround(1 / Math.sqrt(1 - beta2 ** step));
      return (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(fround(scale * gradients[g + j]) + fround(decay * w));
          const m = fround(fround(b1 * data[at + dim + j]) + fround(c1 * gradient));
          const v = fround(fround(b2 * data[at + 2 * dim + j]) + fround(c2 * fround(gradient * gradient)));
          data[at + dim + j] = m;
          data[at + 2 * dim + j] = v;
          data[at + j] = w - fround(fround(rate * m) / fround(fround(fround(Math.sqrt(v)) * correction) + eps));
        }
      };
    },
  };
}

/** FTRL-Proximal (McMahan et al. 2013, algorithm 1), with alpha = the learning rate. */
function ftrl(options: Extract<TableOptimizer, { kind: 'ftrl' }>): UpdateRule {
  const { beta = 1, l1 = 0, l2 = 0 } = options;
  return {
    slots: [
      { name: 'z', width: 'row', initial: 0 },
      { name: 'n', width: 'row', initial: 0 },
    ],
    dense: false,
    l2: 0, // part of the closed form, not of the gradient
    step({ data, dim }, gradients, { learningRate, gradientScale = 1 }) {
      const [alpha, scale, b, lambda1, lambda2] = [learningRate, gradientScale, beta, l1, l2].map(fround);
      return (at, g) => {
        for (let j = 0; j < dim; j++) {
          const w = data[at + j];
          const gradient = fround(scale * gradients[g + j]);
          const old = data[at + 2 * dim + j];
          const n = fround(old + fround(gradient * gradient));
          const sigma = fround(fround(fround(Math.sqrt(n)) - fround(Math.sqrt(old))) / alpha);
          const z = fround(data[at + dim + j] + fround(gradient - fround(sigma * w)));
          data[at + dim + j] = z;
          data[at + 2 * dim + j] = n;
          const shrunk = fround(Math.abs(z) - lambda1);
          const curvature = fround(fround(fround(b + fround(Math.sqrt(n))) / alpha) + lambda2);
          data[at + j] = shrunk <= 0 ? 0 : fround(-Math.sign(z) * fround(shrunk / curvature));
        }
      };
    },
  };
}
