import type { GraphNode } from '../graph/graph';
import type { OnnxBuilder } from './builder';
import type { LoweringTable } from './lowering';
import { unsupportedNode } from './unsupported-node';

function axisOf(b: OnnxBuilder, { attrs, inputs }: GraphNode): number {
  const axis = attrs.axis as number;
  return axis < 0 ? axis + b.value(inputs[0]).shape.length : axis;
}

function cumulativeSum(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): string {
  return b.emit('CumSum', [x, b.scalar(axisOf(b, node), 'int64')], {
    exclusive: node.attrs.exclusive === true ? 1 : 0,
    reverse: node.attrs.reverse === true ? 1 : 0,
  });
}

/**
 * Products of everything before, by doubling: after the step of distance s each element holds the product of the last 2 s. That is
 * `log2 n` products of whole tensors; the order of the factors differs from a loop's, so the last bits may.
 */
function cumulativeProduct(b: OnnxBuilder, node: GraphNode, [x]: readonly string[]): string {
  const { shape } = b.value(node.inputs[0]);
  const axis = axisOf(b, node);
  const length = shape[axis];
  if (typeof length !== 'number') {
    throw unsupportedNode(node, 'an axis of known length', 'one that follows the batch size');
  }
  const shifted = (input: string, by: number): string => shift(b, node, input, by);
  let product = node.attrs.exclusive === true ? shifted(x, 1) : x;
  for (let by = 1; by < length; by *= 2) product = b.emit('Mul', [product, shifted(product, by)]);
  return product === x ? b.emit('Identity', [x]) : product;
}

/** Moves everything along the axis and fills with ones. */
function shift(b: OnnxBuilder, node: GraphNode, x: string, by: number): string {
  const { shape, dtype } = b.value(node.inputs[0]);
  const axis = axisOf(b, node);
  const length = shape[axis] as number;
  const amount = node.attrs.reverse === true ? -Math.min(by, length) : Math.min(by, length);
  const pads = [...shape.map((_, i) => (i === axis ? amount : 0)), ...shape.map((_, i) => (i === axis ? -amount : 0))];
  return b.emit('Pad', [x, b.int64s(pads), b.scalar(1, dtype)], { mode: 'constant' });
}

/** What accumulates along an axis. */
export const cumulativeLowerings: LoweringTable = { Cumsum: cumulativeSum, Cumprod: cumulativeProduct };
