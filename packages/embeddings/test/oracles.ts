import type { TableOptimizer, TableStep } from '../src/index';
import { abs, add, div, exact, mul, scalar, sqrt, sub } from '@ctrflow/testkit/bounded';
import type { Bounded } from '@ctrflow/testkit/bounded';

/** A row in float64 with running error bounds (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.3). */
export interface OracleRow {
  w: Bounded[];
  state: Record<string, Bounded[]>;
}

type Oracle<K> = (row: OracleRow, gradient: readonly Bounded[], step: TableStep, options: OptionsOf<K>) => void;
type OptionsOf<K> = Extract<TableOptimizer, { kind: K }>;

/** The state that an optimizer begins with. */
export function beginState(optimizer: TableOptimizer, dim: number): Record<string, Bounded[]> {
  const fill = (value: number, length = dim): Bounded[] => Array.from({ length }, () => scalar(value));
  switch (optimizer.kind) {
    case 'sgd':
      return {};
    case 'adagrad':
      return { accumulator: fill(optimizer.initialAccumulator ?? 0) };
    case 'rowwise-adagrad':
      return { accumulator: fill(optimizer.initialAccumulator ?? 0, 1) };
    case 'lazy-adam':
    case 'dense-adam':
      return { m: fill(0), v: fill(0) };
    case 'ftrl':
      return { z: fill(0), n: fill(0) };
  }
}

/** One step of a row by the papers' formulas, element by element. */
export function oracleStep(optimizer: TableOptimizer, row: OracleRow, raw: readonly Bounded[], step: TableStep): void {
  const scale = scalar(step.gradientScale ?? 1);
  const decay = optimizer.kind === 'ftrl' ? exact(0) : scalar((step.gradientScale ?? 1) * (optimizer.l2 ?? 0));
  const gradient = raw.map((g, j) => add(mul(scale, g), mul(decay, row.w[j])));
  (oracles[optimizer.kind] as Oracle<unknown>)(row, gradient, step, optimizer);
}

const oracles: { readonly [K in TableOptimizer['kind']]: Oracle<K> } = {
  sgd({ w }, g, { learningRate }) {
    for (let j = 0; j < w.length; j++) w[j] = sub(w[j], mul(scalar(learningRate), g[j]));
  },
  adagrad({ w, state: { accumulator } }, g, { learningRate }, { epsilon = 1e-10 }) {
    for (let j = 0; j < w.length; j++) {
      accumulator[j] = add(accumulator[j], mul(g[j], g[j]));
      w[j] = sub(w[j], div(mul(scalar(learningRate), g[j]), add(sqrt(accumulator[j]), scalar(epsilon))));
    }
  },
  'rowwise-adagrad'({ w, state: { accumulator } }, g, { learningRate }, { epsilon = 1e-10 }) {
    let squares = exact(0);
    for (let j = 0; j < w.length; j++) squares = add(squares, mul(g[j], g[j]));
    accumulator[0] = add(accumulator[0], div(squares, exact(w.length)));
    const rate = div(scalar(learningRate), add(sqrt(accumulator[0]), scalar(epsilon)));
    for (let j = 0; j < w.length; j++) w[j] = sub(w[j], mul(rate, g[j]));
  },
  'lazy-adam': adam,
  'dense-adam': adam,
  ftrl({ w, state: { z, n } }, g, { learningRate }, { beta = 1, l1 = 0, l2 = 0 }) {
    const alpha = scalar(learningRate);
    for (let j = 0; j < w.length; j++) {
      const before = sqrt(n[j]);
      n[j] = add(n[j], mul(g[j], g[j]));
      const after = sqrt(n[j]);
      const sigma = div(sub(after, before), alpha);
      z[j] = add(z[j], sub(g[j], mul(sigma, w[j])));
      const shrunk = sub(abs(z[j]), scalar(l1));
      const step = div(shrunk, add(div(add(scalar(beta), after), alpha), scalar(l2)));
      w[j] =
        shrunk.value <= 0 ? { value: 0, error: step.error } : { ...step, value: -Math.sign(z[j].value) * step.value };
    }
  },
};

function adam(
  { w, state: { m, v } }: OracleRow,
  g: readonly Bounded[],
  { learningRate, step }: TableStep,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: OptionsOf<'lazy-adam' | 'dense-adam'>,
): void {
  const rate = scalar(learningRate / (1 - beta1 ** step));
  const correction = scalar(1 / Math.sqrt(1 - beta2 ** step));
  for (let j = 0; j < w.length; j++) {
    m[j] = add(mul(scalar(beta1), m[j]), mul(scalar(1 - beta1), g[j]));
    v[j] = add(mul(scalar(beta2), v[j]), mul(scalar(1 - beta2), mul(g[j], g[j])));
    w[j] = sub(w[j], div(mul(rate, m[j]), add(mul(sqrt(v[j]), correction), scalar(epsilon))));
  }
}
