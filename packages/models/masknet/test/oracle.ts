import { exactActivations, exactDense, exactLayerNorm, exactMLP } from '@ctrflow/testkit';
import type { ModelOracle, OracleRow } from '@ctrflow/model-contract';
import type { MaskNetOptions } from '../src/index';

/** Equations 2 to 11 of the paper. */
export const oracle: ModelOracle<MaskNetOptions> = (row, { structure, blockUnits, hiddenUnits, activation }) => {
  const embeddings = row.embeddings();
  const v = embeddings.flat();
  const masked = embeddings.flatMap((e, f) => normalized(row, e, 'embedding_norm', f * e.length));
  const block = (i: number, h: number[]): number[] => {
    const part = (name: string): Float64Array => row.weights[`block_${i + 1}/${name}`];
    const hidden = exactDense(v, part('mask_1/kernel'), part('mask_1/bias')).map(exactActivations.relu); // (4)
    const mask = exactDense(hidden, part('mask_2/kernel'), part('mask_2/bias'));
    const product = exactDense(h.map((x, k) => x * mask[k]), part('dense/kernel')); // prettier-ignore
    return normalized(row, product, `block_${i + 1}/layer_norm`).map(exactActivations[activation]); // (8), (9)
  };
  let h = masked;
  const last = blockUnits.length - 1;
  if (structure === 'serial') blockUnits.forEach((_, i) => (h = block(i, h)));
  else if (structure === 'parallel') h = blockUnits.flatMap((_, i) => block(i, masked));
  else h = block(last, blockUnits.slice(0, last).flatMap((_, i) => block(i, masked))); // prettier-ignore
  return exactMLP(h, row.weights, { path: 'deep', numHidden: hiddenUnits.length, activation })[0];
};

/** Layer normalization with the weights at `path`, from `offset` on; none without weights. */
function normalized({ weights }: OracleRow, x: number[], path: string, offset = 0): number[] {
  const [gamma, beta] = ['gamma', 'beta'].map((name) => weights[`${path}/${name}`]?.subarray(offset, offset + x.length)); // prettier-ignore
  return gamma === undefined ? x : exactLayerNorm(x, gamma, beta);
}
