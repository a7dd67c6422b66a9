import { backend_util } from '@tensorflow/tfjs-core';
import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Call, Expansion, ExpansionTable } from './expansion';

/** A tensor whose axes are named by letters. */
interface Labelled {
  readonly labels: string;
  readonly tensor: TensorInfo;
}

/**
 * Sums what only one side has, then multiplies: element by element where nothing is contracted, else as one product of matrices
 * `[shared, left, contracted] x [shared, contracted, right]`.
 */
const einsum: Expansion = (call, inputs, attrs) => {
  const equation = (attrs.equation as string).replace(/\s/g, '');
  const tensors = Object.values(inputs) as TensorInfo[];
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length);
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never);
  const [sources, result] = equation.split('->');
  const terms = sources.split(',').map((labels, i) => ({ labels, tensor: tensors[i] }));
  const needed = terms.map((term, i) => summed(call, term, result + (terms[1 - i]?.labels ?? '')));
  const [left, right] = needed;
  if (needed.length === 1) return ordered(call, left, result).tensor;
  const contracted = Array.from(left.labels).filter((label) => right.labels.includes(label) && !result.includes(label));
  if (contracted.length === 0) {
    return call('Multiply', { a: spread(call, left, result), b: spread(call, right, result) });
  }
  return ordered(call, product(call, left, right, contracted.join(''), result), result).tensor;
};

/** Sums over the axes that nobody else names. */
function summed(call: Call, { labels, tensor }: Labelled, kept: string): Labelled {
  const axis = Array.from(labels).flatMap((label, i) => (kept.includes(label) ? [] : [i]));
  if (axis.length === 0) return { labels, tensor };
  const left = Array.from(labels)
    .filter((label) => kept.includes(label))
    .join('');
  return { labels: left, tensor: call('Sum', { x: tensor }, { axis, keepDims: false }) };
}

/** The axes in this order; the labels are the same ones. */
function ordered(call: Call, { labels, tensor }: Labelled, wanted: string): Labelled {
  if (labels === wanted) return { labels, tensor };
  const perm = Array.from(wanted).map((label) => labels.indexOf(label));
  return { labels: wanted, tensor: call('Transpose', { x: tensor }, { perm }) };
}

/** Shaped for broadcasting to `wanted`: axes of length 1 where a label is missing. */
function spread(call: Call, term: Labelled, wanted: string): TensorInfo {
  const own = Array.from(wanted)
    .filter((label) => term.labels.includes(label))
    .join('');
  const { tensor } = ordered(call, term, own);
  const shape = Array.from(wanted).map((label) => (own.includes(label) ? tensor.shape[own.indexOf(label)] : 1));
  return shape.length === tensor.shape.length ? tensor : call('Reshape', { x: tensor }, { shape });
}

function product(call: Call, left: Labelled, right: Labelled, contracted: string, result: string): Labelled {
  const of = (test: (label: string) => boolean): string => Array.from(result).filter(test).join('');
  const shared = of((label) => left.labels.includes(label) && right.labels.includes(label));
  const rows = of((label) => left.labels.includes(label) && !shared.includes(label));
  const columns = of((label) => right.labels.includes(label) && !shared.includes(label));
  const a = matrix(call, left, shared, rows, contracted);
  const b = matrix(call, right, shared, contracted, columns);
  const matrices = call('BatchMatMul', { a, b }, { transposeA: false, transposeB: false });
  const labels = shared + rows + columns;
  const shape = Array.from(labels).map((label) => lengthOf(left, label) ?? lengthOf(right, label)!);
  return { labels, tensor: shape.length === matrices.shape.length && rows.length === 1 ? matrices : call('Reshape', { x: matrices }, { shape }) }; // prettier-ignore
}

/** `[...shared, rows, columns]`, with all rows and all columns as one axis each. */
function matrix(call: Call, term: Labelled, shared: string, rows: string, columns: string): TensorInfo {
  const { tensor } = ordered(call, term, shared + rows + columns);
  if (rows.length === 1 && columns.length === 1) return tensor;
  const size = (labels: string): number =>
    Array.from(labels).reduce((total, label) => total * lengthOf(term, label)!, 1);
  const lengths = Array.from(shared).map((label) => lengthOf(term, label)!);
  return call('Reshape', { x: tensor }, { shape: [...lengths, size(rows), size(columns)] });
}

function lengthOf({ labels, tensor }: Labelled, label: string): number | undefined {
  return labels.includes(label) ? tensor.shape[labels.indexOf(label)] : undefined;
}

/** Einstein's sums. */
export const einsumExpansions: ExpansionTable = { Einsum: einsum };
