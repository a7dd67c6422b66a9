// Cross layers: each multiplies the embeddings by a map of what the layer below gives, so that L of them reach products of L + 1 fields.
import { add, expandDims, matMul, mul, reshape, softmax, tanh, transpose } from '@tensorflow/tfjs-core';
import type { Rank, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { Dense } from '@ctrflow/layers';
import type { Assembly } from '@ctrflow/model-kit';

/** What a cross network needs to know. */
export interface CrossNetworkOptions {
  readonly cross: 'matrix' | 'mixture';
  readonly numCrossLayers: number;
  readonly numExperts: number;
  readonly rank: number;
}

/**
 * Declares cross layers over M numbers a row: `x_(l+1) = x_0 * f_l(x_l) + x_l`, with `f_l(x) = W_l x + b_l` or a mixture of low-rank experts.
 *
 * Shapes: `x_0 [B, M]` -> `x_L [B, M]`.
 */
export function crossNetwork(a: Assembly, M: number, options: CrossNetworkOptions): (x: Tensor2D) => Tensor2D {
  const { cross, numCrossLayers, numExperts } = options;
  const paths = Array.from({ length: numCrossLayers }, (_, l) => `cross/layer_${l + 1}`);
  const gate = cross === 'mixture' && numExperts > 1 ? gateOf(a, M, numExperts) : undefined;
  const maps = paths.map((path) =>
    cross === 'matrix' ? a.layer(path, new Dense({ units: M })) : mixture(a, path, { ...options, M, gate }),
  );
  return (first) => maps.reduce((x, map) => add(mul(first, map(x)), x), first); // [B, M]
}

/** What each expert counts in a row, `softmax(x G)`, by one gate for all layers: `[B, M]` -> `[B, K, 1]`. A lone expert needs none. */
function gateOf(a: Assembly, M: number, K: number): (x: Tensor2D) => Tensor3D {
  const kernel = a.weight('cross/gate/kernel', [M, K]);
  return (x) => expandDims(softmax(matMul(x, kernel())), 2);
}

/** `sum_k g_k U_k tanh(C_k tanh(V_k^T x)) + b`, the experts side by side: `[B, M]` -> `[B, M]`. */
function mixture(
  a: Assembly,
  path: string,
  {
    M,
    numExperts: K,
    rank: r,
    gate,
  }: CrossNetworkOptions & { readonly M: number; readonly gate: ((x: Tensor2D) => Tensor3D) | undefined },
): (x: Tensor2D) => Tensor2D {
  const normal = (fans: number): { kind: 'normal'; stdDev: number } => ({
    kind: 'normal',
    stdDev: Math.sqrt(2 / fans),
  });
  const down = a.weight(`${path}/v`, [M, K * r], normal(M + r)); // each expert's matrix Xavier normal by itself
  const inside = a.weight(`${path}/c`, [K, r, r], normal(2 * r));
  const up = a.weight(`${path}/u`, [K * r, M], normal(M + r));
  const bias = a.weight(`${path}/bias`, [M], { kind: 'constant', value: 0 });
  return (x) => {
    const low = reshape<Rank.R3>(tanh(matMul(x, down())), [-1, K, r]); // [B, K, r]
    const mixed = tanh(matMul(transpose(low, [1, 0, 2]), inside())); // [K, B, r]
    const experts = transpose(mixed, [1, 0, 2]); // [B, K, r]
    const gated = gate === undefined ? experts : mul(experts, gate(x));
    return add(matMul(reshape<Rank.R2>(gated, [-1, K * r]), up()), bias());
  };
}
