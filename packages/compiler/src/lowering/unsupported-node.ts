import { expected } from '@ctrflow/core';
import type { GraphNode } from '../graph/graph';
import { UnsupportedKernelError } from '../record/unsupported';

/** What is wrong with a node of a kernel that has a lowering, with the layer that asked for it. */
export function unsupportedNode({ op, scope }: GraphNode, what: string, got: string): UnsupportedKernelError {
  const who = scope === '' ? op : `${op}, in ${scope}`;
  return new UnsupportedKernelError(expected(who, what, got, 'the model runs eagerly instead'), op);
}
