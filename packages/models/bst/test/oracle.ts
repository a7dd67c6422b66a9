import { exactMLP, exactPooling, exactTransformerBlock } from '@ctrflow/testkit';
import type { ModelOracle, OracleHistory } from '@ctrflow/model-contract';
import type { BSTOptions } from '../src/index';

/** Events, oldest first, and the target, through the paper's blocks, beside the fields in `others`, and an MLP. */
export function bstOracle(
  others: readonly string[],
  histories: readonly OracleHistory[],
  maxLengths: readonly number[],
): ModelOracle<BSTOptions> {
  return (row, { hiddenUnits, activation, numBlocks, numHeads, positions, pooling, embeddingDim: D }) => {
    const encoded = histories.flatMap(({ pairs, sides }, i) => {
      const length = row.list(pairs[0][0]).length;
      const names = [...pairs.map(([name]) => name), ...sides];
      const events = Array.from({ length }, (_, t) => names.flatMap((name) => row.list(name)[t]));
      const target = pairs.flatMap(([, name]) => row.embeddings({ slots: [name] })[0]);
      const sequence = [...events, [...target, ...Array<number>(sides.length * D).fill(0)]];
      const table = row.weights[`positions_${i + 1}/table`];
      const place = (t: number): number[] => (positions ? Array.from(table.subarray((length - t) * D, (length - t + 1) * D)) : []); // prettier-ignore
      let x = sequence.map((vector, t) => [...vector, ...place(t)]);
      for (let l = 1; l <= numBlocks; l++)
        x = exactTransformerBlock(x, row.weights, { path: `block_${i + 1}_${l}`, numHeads });
      if (pooling === 'concat') return [...Array<number>((maxLengths[i] - length) * x[0].length).fill(0), ...x.flat()];
      return pooling === 'target' ? x[length] : exactPooling(x, x.map(() => 1), x[0].length, pooling); // prettier-ignore
    });
    const input = [...row.embeddings({ slots: others }).flat(), ...encoded];
    const mlp = { path: 'deep', numHidden: hiddenUnits.length, activation: activation === 'relu' ? activation : 'leaky-relu' } as const; // prettier-ignore
    return exactMLP(input, row.weights, mlp)[0];
  };
}
