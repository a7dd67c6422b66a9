import { recordOf } from '@ctrflow/core';
import { lowerings } from './lowering/lower';
import { constantKernels } from './record/constant-kernels';
import { expansions } from './record/expansions/index';
import { recordedKernels } from './record/kernels/index';
import { refusedKernels } from './record/refused-kernels';

/** What becomes of a tfjs kernel: an operation of the graph, several simpler ones, a constant; or nothing, and why. */
export type KernelStatus =
  { readonly kind: 'lowered' | 'expanded' | 'constant' } | { readonly kind: 'refused'; readonly reason: string };

/** What becomes of every kernel that the compiler knows, by the kernel's name. */
export function kernelStatuses(): Readonly<Record<string, KernelStatus>> {
  const all = <T extends KernelStatus>(names: object, status: (name: string) => T): (readonly [string, T])[] =>
    Object.keys(names).map((name) => [name, status(name)]);
  return recordOf<KernelStatus>([
    ...all(refusedKernels, (name) => ({ kind: 'refused', reason: refusedKernels[name] })),
    ...all(expansions, () => ({ kind: 'expanded' })),
    ...all(constantKernels, () => ({ kind: 'constant' })),
    ...all(recordedKernels, (name) =>
      Object.hasOwn(lowerings, name) ? { kind: 'lowered' } : { kind: 'refused', reason: 'it has no lowering' },
    ),
  ]);
}
