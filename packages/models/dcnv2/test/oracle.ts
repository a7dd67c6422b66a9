import { exactDense, exactMLP, exactSoftmax } from '@ctrflow/testkit';
import type { ModelOracle } from '@ctrflow/model-contract';
import type { DCNv2Options } from '../src/index';

/** Equations 1 to 4 of the paper; the bias of an expert stands inside, before the gate. */
export const oracle: ModelOracle<DCNv2Options> = (row, options) => {
  const { structure, cross, numCrossLayers, numExperts: K, rank: r, hiddenUnits, activation } = options;
  const first = row.embeddings().flat();
  const M = first.length;
  const weight = (path: string): Float64Array => row.weights[`cross/${path}`];
  const expert = (x: number[], l: number, k: number): number[] => {
    const [v, c, u] = ['v', 'c', 'u'].map((name) => weight(`layer_${l}/${name}`));
    const low = Array.from({ length: r }, (_, i) => Math.tanh(x.reduce((sum, value, m) => sum + value * v[m * K * r + k * r + i], 0))); // prettier-ignore
    const inside = exactDense(low, c.subarray(k * r * r, (k + 1) * r * r)).map(Math.tanh);
    return exactDense(inside, u.subarray(k * r * M, (k + 1) * r * M), weight(`layer_${l}/bias`));
  };
  const map = (x: number[], l: number): number[] => {
    if (cross === 'matrix') return exactDense(x, weight(`layer_${l}/kernel`), weight(`layer_${l}/bias`));
    const gates = K === 1 ? [1] : exactSoftmax(exactDense(x, weight('gate/kernel')));
    const experts = gates.map((gate, k) => expert(x, l, k).map((value) => gate * value));
    return Array.from({ length: M }, (_, m) => experts.reduce((sum, values) => sum + values[m], 0));
  };
  let x = first;
  for (let l = 1; l <= numCrossLayers; l++) x = map(x, l).map((value, m) => first[m] * value + x[m]);
  const deep = { path: 'deep', numHidden: hiddenUnits.length, activation } as Parameters<typeof exactMLP>[2];
  if (structure === 'stacked') return exactMLP(x, row.weights, deep)[0];
  const h = exactMLP(first, row.weights, deep);
  return exactDense([...x, ...h], row.weights['output/kernel'], row.weights['output/bias'])[0];
};
