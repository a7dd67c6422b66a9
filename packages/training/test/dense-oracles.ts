import { add, div, exact, mul, scalar, sqrt, sub } from '@ctrflow/testkit/bounded';
import type { Bounded } from '@ctrflow/testkit/bounded';
import type { DenseOptimizer } from '../src/index';

/** A dense weight in float64 with running error bounds, and what its optimizer keeps beside it. */
export interface OracleWeight {
  w: Bounded[];
  readonly state: Readonly<Record<string, Bounded[]>>;
}

/** What a step is told. */
export interface OracleStep {
  readonly step: number;
  readonly learningRate: number;
}

type OptionsOf<K> = Extract<DenseOptimizer, { kind: K }>;

/** A weight before the first step. */
export function beginWeight(optimizer: DenseOptimizer, weights: Iterable<number>): OracleWeight {
  const w = Array.from(weights, exact);
  const fill = (value: number): Bounded[] => w.map(() => scalar(value));
  switch (optimizer.kind) {
    case 'sgd':
      return { w, state: optimizer.momentum === 0 ? {} : { u: fill(0) } };
    case 'adagrad':
      return { w, state: { accumulator: fill(optimizer.initialAccumulator) } };
    default:
      return { w, state: { m: fill(0), v: fill(0) } };
  }
}

/**
 * One step, element by element, as PyTorch defines it (torch.optim.SGD, Adagrad, Adam and AdamW, `maximize=False`; SGD without dampening or Nesterov), which for Adam
 * is algorithm 1 of Kingma and Ba (ICLR 2015) and for AdamW algorithm 2 of Loshchilov and Hutter (ICLR 2019). The order of operations is that of the engines, as
 * the bounds are theirs.
 */
export function oracleStep(
  optimizer: DenseOptimizer,
  weight: OracleWeight,
  g: readonly Bounded[],
  step: OracleStep,
): void {
  if (optimizer.kind === 'sgd') sgd(weight, g, step, optimizer);
  else if (optimizer.kind === 'adagrad') adagrad(weight, g, step, optimizer);
  else adam(weight, g, step, optimizer);
}

/** `u = momentum u + g; w = w - lr u`. */
function sgd(
  { w, state: { u } }: OracleWeight,
  g: readonly Bounded[],
  { learningRate }: OracleStep,
  { momentum }: OptionsOf<'sgd'>,
): void {
  // prettier-ignore
  for (let j = 0; j < w.length; j++) {
    if (momentum !== 0) u[j] = add(mul(scalar(momentum), u[j]), g[j]);
    w[j] = sub(w[j], mul(scalar(learningRate), momentum === 0 ? g[j] : u[j]));
  }
}

/** `a = a + g^2; w = w - lr g / (sqrt(a) + eps)`. */
function adagrad(
  { w, state: { accumulator: a } }: OracleWeight,
  g: readonly Bounded[],
  { learningRate }: OracleStep,
  { epsilon }: OptionsOf<'adagrad'>,
): void {
  // prettier-ignore
  for (let j = 0; j < w.length; j++) {
    a[j] = add(a[j], mul(g[j], g[j]));
    w[j] = sub(w[j], div(mul(scalar(learningRate), g[j]), add(sqrt(a[j]), scalar(epsilon))));
  }
}

/** `w = w - lr lambda w` (AdamW); `m = b1 m + (1 - b1) g; v = b2 v + (1 - b2) g^2; w = w - lr m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps)`. */
function adam(
  { w, state: { m, v } }: OracleWeight,
  g: readonly Bounded[],
  { learningRate, step }: OracleStep,
  { kind, beta1, beta2, epsilon, weightDecay }: OptionsOf<'adam' | 'adamw'>,
): void {
  const rate = scalar(learningRate / (1 - beta1 ** step));
  const rootScale = scalar(1 / Math.sqrt(1 - beta2 ** step));
  for (let j = 0; j < w.length; j++) {
    m[j] = add(mul(scalar(beta1), m[j]), mul(scalar(1 - beta1), g[j]));
    v[j] = add(mul(scalar(beta2), v[j]), mul(scalar(1 - beta2), mul(g[j], g[j])));
    const decayed = kind === 'adamw' ? mul(w[j], scalar(1 - learningRate * weightDecay)) : w[j];
    w[j] = sub(decayed, div(mul(rate, m[j]), add(mul(sqrt(v[j]), rootScale), scalar(epsilon))));
  }
}

/** The gradients after L2 and clipping: `g + lambda w`, then times `min(1, clip / (|g| + 1e-6))` of all weights together (torch.nn.utils.clip_grad_norm_). */
export function oracleGradients(
  weights: readonly OracleWeight[],
  raw: readonly (readonly number[])[],
  l2: readonly number[],
  clipNorm: number | undefined,
): Bounded[][] {
  const gradients = raw.map((values, i) =>
    values.map((g, j) => (l2[i] === 0 ? exact(g) : add(exact(g), mul(scalar(l2[i]), weights[i].w[j])))),
  );
  if (clipNorm === undefined) return gradients;
  const squares = gradients.flat().map((g) => mul(g, g));
  const norm = sqrt(squares.reduce(add, exact(0)));
  const ratio = div(scalar(clipNorm), add(norm, scalar(1e-6)));
  const scale = { ...ratio, value: Math.min(1, ratio.value) };
  return gradients.map((values) => values.map((g) => mul(g, scale)));
}
