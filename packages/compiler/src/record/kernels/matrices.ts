import { broadcast_util } from '@tensorflow/tfjs-core';
import { ShapeError, expected } from '@ctrflow/core';
import type { KernelTable } from './kernel';

/** Products of matrices. */
export const matrixKernels: KernelTable = {
  BatchMatMul: {
    inputs: ['a', 'b'],
    infer: ([a, b], { transposeA, transposeB }) => {
      const rows = transposeA === true ? a.shape.at(-1)! : a.shape.at(-2)!;
      const inner = [transposeA === true ? a.shape.at(-2)! : a.shape.at(-1)!, transposeB === true ? b.shape.at(-1)! : b.shape.at(-2)!]; // prettier-ignore
      if (inner[0] !== inner[1]) {
        const shapes = `[${a.shape.join(', ')}] and [${b.shape.join(', ')}]`;
        throw new ShapeError(
          expected('matMul', 'inner lengths that are equal', `${inner[0]} and ${inner[1]} of ${shapes}`),
        );
      }
      const columns = transposeB === true ? b.shape.at(-2)! : b.shape.at(-1)!;
      const batch = broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
      return [{ shape: [...batch, rows, columns], dtype: a.dtype }];
    },
  },
};
