import { add, exact, sum } from '../bounded';
import type { Bounded } from '../bounded';
import { broadcastAt, broadcastShape, build } from '../exact';
import type { Exact, Filled } from '../exact';

/** `sum_k a_ik b_kj` for every matrix of a batch, the batch axes broadcast. */
export function matMul(a: Filled, b: Filled, transposeA: boolean, transposeB: boolean): Exact {
  const [rows, inner] = transposeA ? [a.shape.at(-1)!, a.shape.at(-2)!] : [a.shape.at(-2)!, a.shape.at(-1)!];
  const columns = transposeB ? b.shape.at(-2)! : b.shape.at(-1)!;
  const batch = broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  return build([...batch, rows, columns], 'float32', (place): Bounded => {
    const [i, j] = place.slice(-2);
    const outer = place.slice(0, -2);
    const terms: number[] = [];
    for (let k = 0; k < inner; k++) {
      const left = broadcastAt(a, [...outer, ...(transposeA ? [k, i] : [i, k])]);
      const right = broadcastAt(b, [...outer, ...(transposeB ? [j, k] : [k, j])]);
      terms.push(left * right);
    }
    return sum(terms, 1);
  });
}

/** A product of matrices plus a row. */
export function gemm(a: Filled, b: Filled, bias: Filled, transposeA: boolean, transposeB: boolean): Exact {
  const product = matMul(a, b, transposeA, transposeB);
  let i = 0;
  return build(product.shape, 'float32', (place) => {
    const term = { value: product.data[i], error: product.error[i] };
    i++;
    return add(term, exact(broadcastAt(bias, place)));
  });
}
