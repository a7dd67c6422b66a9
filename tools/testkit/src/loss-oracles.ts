/** The losses of `@ctrflow/losses` in plain float64 loops, written from their formulas. */
import type { Loss } from '@ctrflow/losses';
import type { Row } from './oracles';

/** What a loss reads in a step, as plain rows. */
export interface PlainLossInputs {
  /** A row of numbers for each row of the batch. */
  readonly outputs: Readonly<Record<string, readonly Row[]>>;
  readonly targets: Readonly<Record<string, { readonly values: Row; readonly weights: Row }>>;
  readonly weights: Row;
  readonly groups: Row;
}

/** A loss, and the mean of the sizes of what it is summed from, of which roundings are a multiple. */
export interface ExactLoss {
  readonly value: number;
  readonly size: number;
}

/** What one row, pair or query adds. */
interface Term {
  readonly loss: number;
  readonly weight: number;
  readonly size: number;
}

type Terms = (inputs: PlainLossInputs, loss: Readonly<Record<string, never>>) => readonly Term[];

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const largestOf = (row: Row): number => Math.max(...row.map(Math.abs));
const dot = (u: Row, v: Row): number => u.reduce((sum, x, d) => sum + x * v[d], 0);
/** `-ln softmax(scores)[own]`. */
const surprise = (scores: Row, own: number): number => {
  const largest = Math.max(...scores, own);
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)) + largest - own;
};

/** A loss of each row by itself: its output, the value of its target. */
function byRow(of: (z: number, y: number, row: Row) => number, sizeOf = (z: number): number => Math.abs(z)): Terms {
  return ({ outputs, targets }, { output, target }) => {
    const { values, weights } = targets[target];
    return values.map((y, i) => {
      const [row] = [outputs[output][i]];
      const loss = of(row[0], y, row);
      return { loss, weight: weights[i], size: Math.abs(loss) + largestOf(row.map(sizeOf)) * (1 + Math.abs(y)) };
    });
  };
}

const kinds: Readonly<Record<string, Terms>> = {
  'binary-cross-entropy': byRow((z, y) => (y === 1 ? softplus(-z) : softplus(z))),
  hinge: byRow((z, y) => Math.max(0, y === 1 ? 1 - z : 1 + z)),
  squared: byRow((z, y) => (z - y) ** 2, (z) => z * z), // prettier-ignore
  poisson: byRow((z, y) => (z > 30 ? Math.exp(30) * (z - 29) : Math.exp(z)) - y * z, (z) => Math.abs(z) * (1 + Math.exp(Math.min(z, 30)))), // prettier-ignore
  'softmax-cross-entropy': byRow((_, y, row) => surprise(row, row[y])),
  focal: (inputs, loss) =>
    byRow((z, y) => {
      const { gamma, alpha } = loss as Readonly<Record<string, number>>;
      const [share, agreed] = y === 1 ? [alpha, z] : [1 - alpha, -z];
      return share * (1 / (1 + Math.exp(agreed))) ** gamma * softplus(-agreed);
    })(inputs, loss),
  distillation: (inputs, loss) =>
    byRow((z, q) => {
      const { temperature } = loss as Readonly<Record<string, number>>;
      const soft = q === 0 || q === 1 ? q : 1 / (1 + Math.exp(-Math.log(q / (1 - q)) / temperature));
      return temperature ** 2 * (soft * softplus(-z / temperature) + (1 - soft) * softplus(z / temperature));
    }, (z) => 4 * Math.abs(z) * Number(loss.temperature ?? 1) ** 2)(inputs, loss), // prettier-ignore
  'pairwise-logistic': ({ outputs, targets, groups }, { output, target }) => {
    const { values, weights } = targets[target];
    const terms: Term[] = [];
    for (let i = 0; i < values.length; i++)
      for (let j = 0; j < values.length; j++) {
        if (groups[i] < 0 || groups[i] !== groups[j] || values[i] <= values[j]) continue;
        const [better, worse] = [outputs[output][i][0], outputs[output][j][0]];
        const loss = softplus(worse - better);
        terms.push({ loss, weight: weights[i] * weights[j], size: loss + Math.abs(better) + Math.abs(worse) });
      }
    return terms;
  },
  'listwise-softmax': ({ outputs, targets, groups }, { output, target }) => {
    const { values, weights } = targets[target];
    return values.flatMap((y, i) => {
      if (groups[i] < 0 || weights[i] === 0) return [];
      const list = outputs[output].flatMap(([s], j) => (groups[j] === groups[i] && weights[j] > 0 ? [s] : []));
      const loss = surprise(list, outputs[output][i][0]);
      return [{ loss, weight: weights[i] * y, size: loss + 2 * largestOf(list) }];
    });
  },
  'sampled-softmax': (inputs, { output, logQ, target }) =>
    queryWeights(inputs, target).map((weight, i) => {
      const scores = inputs.outputs[output][i].map((s, k) => s - (logQ === undefined ? 0 : inputs.outputs[logQ][i][k]));
      const loss = surprise(scores, scores[0]);
      return { loss, weight, size: loss + 4 * largestOf(scores) };
    }),
  'in-batch-softmax': (inputs, { query, item, temperature, logQ, itemId, target }) => {
    const present = target === undefined ? inputs.weights : inputs.targets[target as string].weights;
    const numberOf = (name: string, j: number): number => (name === undefined ? 0 : inputs.outputs[name][j][0]);
    return queryWeights(inputs, target).flatMap((weight, i) => {
      if (weight === 0) return [];
      const score = (j: number): number =>
        dot(inputs.outputs[query][i], inputs.outputs[item][j]) / temperature - numberOf(logQ, j);
      const sameItem = (j: number): boolean => itemId !== undefined && numberOf(itemId, i) === numberOf(itemId, j);
      const list = present.flatMap((there, j) => (j === i || (there > 0 && !sameItem(j)) ? [score(j)] : []));
      const sizes = present.map((_, j) => dot(inputs.outputs[query][i].map(Math.abs), inputs.outputs[item][j].map(Math.abs)) / temperature); // prettier-ignore
      const loss = surprise(list, score(i));
      return [{ loss, weight, size: loss + 4 * (largestOf(sizes) + largestOf(list)) }];
    });
  },
  discriminator: ({ outputs, weights }, { real, fake }) =>
    weights.map((weight, i) => {
      const [ofTrue, ofGenerated] = [outputs[real][i][0], outputs[fake][i][0]];
      return { loss: softplus(-ofTrue) + softplus(ofGenerated), weight, size: Math.abs(ofTrue) + Math.abs(ofGenerated) + 2 }; // prettier-ignore
    }),
  generator: ({ outputs, weights }, { fake }) =>
    weights.map((weight, i) => {
      const [z] = outputs[fake][i];
      return { loss: softplus(-z), weight, size: Math.abs(z) + 1 };
    }),
};

function queryWeights({ targets, weights }: PlainLossInputs, target: string | undefined): Row {
  return target === undefined
    ? weights
    : targets[target].weights.map((weight, i) => weight * targets[target].values[i]);
}

/** The value of a loss, told by its plain fields. */
export function exactLoss(loss: Loss, inputs: PlainLossInputs): ExactLoss {
  const terms = kinds[loss.kind](inputs, loss as never);
  const mean = (of: (term: Term) => number): number => {
    const total = terms.reduce((sum, { weight }) => sum + weight, 0);
    return total === 0 ? 0 : terms.reduce((sum, term) => sum + term.weight * of(term), 0) / total;
  };
  return { value: mean(({ loss: own }) => own), size: mean(({ size }) => size) };
}
