/** Batches for the losses of `@ctrflow/losses`: what each reads, drawn by a seed. */
import { tensor2d } from '@tensorflow/tfjs-core';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { foldIn, integerAt, randomKey, uniformAt } from '@ctrflow/core';
import type { Loss, LossInputs } from '@ctrflow/losses';
import type { PlainLossInputs } from './loss-oracles';
import type { Row } from './oracles';

const K = 3;

/** Numbers in each row of an output that a loss reads. */
function widthsOf(loss: Loss): Readonly<Record<string, number>> {
  const { query, item, real, fake, logQ, itemId } = loss as Loss & Readonly<Record<string, string>>;
  if (query !== undefined) return named([[query, K], [item, K], [logQ, 1], [itemId, 1]]); // prettier-ignore
  if (fake !== undefined) return named([[real, 1], [fake, 1]]); // prettier-ignore
  const wide = loss.link === 'softmax' || loss.kind === 'sampled-softmax';
  return named([[loss.output, wide ? K : 1], [logQ, K]]); // prettier-ignore
}

function named(widths: readonly (readonly [name: string | undefined, width: number])[]): Record<string, number> {
  return Object.fromEntries(widths.filter((pair): pair is [string, number] => pair[0] !== undefined));
}

const itemIdOf = (loss: Loss): string | undefined => (loss as { readonly itemId?: string }).itemId;

/** Outputs that a loss has a gradient of: all but ids, which are only compared. */
export function differentiableOutputs(loss: Loss, { outputs }: PlainLossInputs): string[] {
  return Object.keys(outputs).filter((name) => name !== itemIdOf(loss));
}

/** Values of a target of the kind that a loss goes by. */
function valueOf({ kind, link }: Loss, uniform: number): number {
  if (kind === 'distillation') return uniform < 0.2 ? 0 : uniform > 0.8 ? 1 : uniform;
  if (kind === 'squared') return 4 * uniform - 2;
  if (link === 'softmax' || link === 'exp' || kind === 'listwise-softmax') return Math.floor(3 * uniform);
  return uniform < 0.5 ? 0 : 1;
}

/** A batch of `B` rows: outputs in [-limit, limit), weights of 0 among others, groups of which -1 is none, ids of items that repeat. Everything is a float32. */
export function randomLossInputs(loss: Loss, B: number, seed: number, limit = 3): PlainLossInputs {
  const key = foldIn(randomKey(seed), loss.kind);
  const draw = (name: string, i: number): number => Math.fround(uniformAt(foldIn(key, name), i));
  const column = (of: (row: number) => number): Row => Array.from({ length: B }, (_, row) => Math.fround(of(row)));
  const rows = (name: string, width: number): readonly Row[] => {
    const isId = name === itemIdOf(loss);
    const number = (i: number): number =>
      isId ? integerAt(foldIn(key, name), i, 4) : Math.fround(limit * (2 * draw(name, i) - 1));
    return Array.from({ length: B }, (_, b) => Array.from({ length: width }, (_d, d) => number(b * width + d)));
  };
  const weights = column((row) => [0, 0.25, 1, 3][integerAt(foldIn(key, 'weight'), row, 4)]);
  const values = column((row) => valueOf(loss, draw('target', row)));
  const missing = column((row) => (draw('missing', row) < 0.2 ? 0 : 1));
  const target = { values: values.map((y, i) => y * missing[i]), weights: weights.map((w, i) => w * missing[i]) };
  return {
    outputs: Object.fromEntries(Object.entries(widthsOf(loss)).map(([name, width]) => [name, rows(name, width)])),
    targets: loss.target === undefined ? {} : { [loss.target]: target },
    weights,
    groups: column((row) => integerAt(foldIn(key, 'group'), row, 4) - 1),
  };
}

/** The inputs as tensors, to be disposed by the caller. */
export function lossTensors({ outputs, targets, weights, groups }: PlainLossInputs): LossInputs {
  const column = (row: Row, dtype: 'float32' | 'int32' = 'float32'): Tensor2D => tensor2d([...row], [row.length, 1], dtype); // prettier-ignore
  const map = <T, U>(record: Readonly<Record<string, T>>, of: (value: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [name, of(value)]));
  return {
    outputs: map(outputs, (rows) => tensor2d(rows.map((row) => [...row]))),
    targets: map(targets, (target) => ({ values: column(target.values), weights: column(target.weights) })),
    weights: column(weights),
    groups: column(groups, 'int32'),
  };
}
