import type { TableOptimizer } from '../contract';
import type { Code } from './assembler';
import { f32x4, fourLanes, get, oneLane, set, tee } from './instructions';
import { pieces } from './row-code';
import type { Piece, RowContext } from './row-code';

/** The code that updates the row at `context.row` with the gradient at `context.gradient`: the formulas of `rules.ts`, operation by operation. */
export function rowUpdate(kind: TableOptimizer['kind'], context: RowContext): Code {
  if (kind === 'rowwise-adagrad') return rowwiseAdagrad(context);
  const formula = { sgd, adagrad, 'lazy-adam': adam, 'dense-adam': adam, ftrl }[kind];
  return pieces(context.dim).map((piece) => formula(context, piece));
}

/** scale g + decay w; scalars 0 and 1 of every rule. */
function decayedGradient(c: RowContext, piece: Piece, w: Code): Code {
  const { add, mul } = piece.lanes;
  return add(mul(c.scalar(piece.lanes, 0), c.loadGradient(piece)), mul(c.scalar(piece.lanes, 1), w));
}

/** Scalars: scale, decay, lr. */
function sgd(c: RowContext, piece: Piece): Code {
  const { lanes } = piece;
  const w = c.temp(lanes, 0);
  const gradient = decayedGradient(c, piece, get(w));
  return [set(w, c.load(piece, 0)), c.store(piece, 0, lanes.sub(get(w), lanes.mul(c.scalar(lanes, 2), gradient)))];
}

/** Scalars: scale, decay, lr, eps. */
function adagrad(c: RowContext, piece: Piece): Code {
  const { lanes } = piece;
  const [w, g, a] = [0, 1, 2].map((i) => c.temp(lanes, i));
  const [lr, eps] = [2, 3].map((i) => c.scalar(lanes, i));
  return [
    set(w, c.load(piece, 0)),
    set(g, decayedGradient(c, piece, get(w))),
    set(a, lanes.add(c.load(piece, c.dim), lanes.mul(get(g), get(g)))),
    c.store(piece, c.dim, get(a)),
    c.store(piece, 0, lanes.sub(get(w), lanes.div(lanes.mul(lr, get(g)), lanes.add(lanes.sqrt(get(a)), eps)))),
  ];
}

/** Scalars: scale, decay, lr, eps, D. The squares are summed in four lanes, then (0 + 1) + (2 + 3), then those left over. */
function rowwiseAdagrad(c: RowContext): Code {
  const squares = c.temp(fourLanes, 0);
  const sum = c.temp(oneLane, 0);
  const rate = c.temp(oneLane, 1);
  const [lr, eps, dim] = [2, 3, 4].map((i) => c.scalar(oneLane, i));
  const { add, div, sqrt } = oneLane;
  const square = (piece: Piece, into: number): Code => {
    const { lanes } = piece;
    const g = c.temp(lanes, 2);
    const gradient = set(g, decayedGradient(c, piece, c.load(piece, 0)));
    return [gradient, set(into, lanes.add(get(into), lanes.mul(get(g), get(g))))];
  };
  const lane = (i: number): Code => f32x4.lane(get(squares), i);
  const parts = pieces(c.dim);
  const accumulator: Piece = { lanes: oneLane, offset: 0 };
  return [
    set(squares, f32x4.zeros),
    parts.filter(({ lanes }) => lanes.width === 4).map((piece) => square(piece, squares)),
    set(sum, add(add(lane(0), lane(1)), add(lane(2), lane(3)))),
    parts.filter(({ lanes }) => lanes.width === 1).map((piece) => square(piece, sum)),
    set(sum, add(c.load(accumulator, c.dim), div(get(sum), dim))),
    c.store(accumulator, c.dim, get(sum)),
    set(rate, div(lr, add(sqrt(get(sum)), eps))),
    set(squares, f32x4.splat(get(rate))),
    parts.map((piece) => {
      const { lanes } = piece;
      const w = c.temp(lanes, 3);
      const step = lanes.mul(get(lanes.width === 1 ? rate : squares), decayedGradient(c, piece, get(w)));
      return [set(w, c.load(piece, 0)), c.store(piece, 0, lanes.sub(get(w), step))];
    }),
  ];
}

/** Scalars: scale, decay, b1, 1 - b1, b2, 1 - b2, rate, correction, eps. */
function adam(c: RowContext, piece: Piece): Code {
  const { lanes } = piece;
  const { add, sub, mul, div, sqrt } = lanes;
  const [w, g, m, v] = [0, 1, 2, 3].map((i) => c.temp(lanes, i));
  const [b1, c1, b2, c2, rate, correction, eps] = [2, 3, 4, 5, 6, 7, 8].map((i) => c.scalar(lanes, i));
  return [
    set(w, c.load(piece, 0)),
    set(g, decayedGradient(c, piece, get(w))),
    set(m, add(mul(b1, c.load(piece, c.dim)), mul(c1, get(g)))),
    set(v, add(mul(b2, c.load(piece, 2 * c.dim)), mul(c2, mul(get(g), get(g))))),
    c.store(piece, c.dim, get(m)),
    c.store(piece, 2 * c.dim, get(v)),
    c.store(piece, 0, sub(get(w), div(mul(rate, get(m)), add(mul(sqrt(get(v)), correction), eps)))),
  ];
}

/** Scalars: scale, alpha, beta, l1, l2. */
function ftrl(c: RowContext, piece: Piece): Code {
  const { lanes } = piece;
  const { add, sub, mul, div, sqrt, abs, withSignOpposite, zeroWhereNotPositive } = lanes;
  const [g, root, n, z, shrunk, old] = [0, 1, 2, 3, 4, 5].map((i) => c.temp(lanes, i));
  const [scale, alpha, beta, l1, l2] = [0, 1, 2, 3, 4].map((i) => c.scalar(lanes, i));
  const sigma = div(sub(tee(root, sqrt(get(n))), sqrt(get(old))), alpha);
  const quotient = div(get(shrunk), add(div(add(beta, get(root)), alpha), l2));
  return [
    set(g, mul(scale, c.loadGradient(piece))),
    set(old, c.load(piece, 2 * c.dim)),
    set(n, add(get(old), mul(get(g), get(g)))),
    set(z, add(c.load(piece, c.dim), sub(get(g), mul(sigma, c.load(piece, 0))))),
    c.store(piece, c.dim, get(z)),
    c.store(piece, 2 * c.dim, get(n)),
    set(shrunk, sub(abs(get(z)), l1)),
    c.store(piece, 0, zeroWhereNotPositive(get(shrunk), withSignOpposite(quotient, get(z)))),
  ];
}
